"""Checks a kernel against the Jupyter protocol with the real jupyter_client.

usage: conformance.py COMMAND... [--only NAME...]

COMMAND is what stands before `kernel start --connection-file F`. Prints one line a check: `ok NAME SECONDS` or `FAILED NAME: why`;
the exit code is 1 where any failed. A check is a function `check_…(k)`; k is a kernel that all share, or, under @own, starts kernels.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback

import zmq
from jupyter_client import BlockingKernelClient

from kernel_under_test import PATIENCE, KernelUnderTest, execute_content

SMILE = "\N{SLIGHTLY SMILING FACE}"


def own(check):
    """The check starts its own kernels: it gets a function that does."""
    check.own = True
    return check


# What the kernel is


def check_kernel_info(k):
    content = k.request("kernel_info_request", {}).content
    assert content["status"] == "ok" and content["implementation"] == "interp", content
    assert tuple(int(v) for v in content["protocol_version"].split(".")) >= (5, 3), content["protocol_version"]
    language = content["language_info"]
    assert language["name"] == "csharp" and language["file_extension"] == ".cs" and language["mimetype"] == "text/x-csharp", language
    assert content["banner"] and isinstance(content["help_links"], list)


def check_kernel_info_on_control(k):
    assert k.request("kernel_info_request", {}, channel="control").content["status"] == "ok"


def check_heartbeat(k):
    k.client.hb_channel.unpause()
    time.sleep(0.1)
    assert k.client.hb_channel.is_beating()


def check_debug_request_is_refused_politely(k):
    content = k.request("debug_request", {"type": "request", "seq": 7, "command": "initialize", "arguments": {}}, channel="control").content
    assert content["success"] is False and content["request_seq"] == 7 and content["command"] == "initialize", content


def check_unknown_request_is_survived(k):
    request = k.send("no_such_request", {})
    states = [m["content"]["execution_state"] for m in k.until_idle(request)]
    assert states == ["busy", "idle"], states
    k.ok("1")


# Cells


def check_execute(k):
    exchange = k.ok("6 * 7")
    assert exchange.types == ["status", "execute_input", "execute_result", "status"], exchange.types
    shown, count = exchange.one("execute_result"), exchange.content["execution_count"]
    assert shown["data"]["text/plain"] == "42" and shown["execution_count"] == count, shown
    assert exchange.one("execute_input") == {"code": "6 * 7", "execution_count": count}
    assert exchange.content["payload"] == [] and exchange.content["user_expressions"] == {}
    assert k.ok("1").content["execution_count"] == count + 1


def check_state_lasts_over_cells(k):
    k.ok("var kept = new List<int> { 1, 2 };")
    k.ok("kept.Add(39);")
    assert k.ok("kept.Sum()").one("execute_result")["data"]["text/plain"] == "42"


def check_statement_has_no_result(k):
    assert k.ok("var quiet = 1;").types == ["status", "execute_input", "status"]


def check_empty_cell(k):
    before = k.ok("1").content["execution_count"]
    assert k.ok(" \n").content["execution_count"] == before
    assert k.ok("// nothing").content["status"] == "ok"


def check_silent(k):
    before = k.ok("var loud = 1;").content["execution_count"]
    exchange = k.ok("loud = 2; Console.WriteLine(\"hidden\"); loud", silent=True)
    assert exchange.types == ["status", "status"], exchange.types
    assert k.ok("loud").content["execution_count"] == before + 1
    assert k.execute("throw new Exception()", silent=True).types == ["status", "status"]


def check_store_history_false(k):
    before = k.ok("1").content["execution_count"]
    exchange = k.ok("\"unstored\"", store_history=False)
    assert exchange.one("execute_result")["data"]["text/plain"] == "unstored"
    assert k.ok("1").content["execution_count"] == before + 1
    found = k.request("history_request", history(hist_access_type="tail", n=5)).content["history"]
    assert not any("unstored" in row[2] for row in found), found


def check_user_expressions(k):
    values = k.ok("var u = 4;", user_expressions={"right": "u * u", "wrong": "nowhere"}).content["user_expressions"]
    assert values["right"]["status"] == "ok" and values["right"]["data"]["text/plain"] == "16", values
    assert values["wrong"]["status"] == "error" and "nowhere" in values["wrong"]["evalue"], values


def check_error(k):
    exchange = k.execute("int zero = 0;\nint bad = 1 / zero;")
    content, shown = exchange.content, exchange.one("error")
    assert content["status"] == "error" and content["ename"] == "DivideByZeroException", content
    assert {name: content[name] for name in ("ename", "evalue", "traceback")} == shown
    whole = "\n".join(shown["traceback"])
    assert "DivideByZeroException" in shown["traceback"][0] and "\x1b[" in whole, shown
    assert f"Cell [{content['execution_count']}]" in whole and "line 2" in whole, whole
    assert exchange.types == ["status", "execute_input", "error", "status"], exchange.types


def check_compilation_error(k):
    content = k.execute("var unfinished = ;").content
    assert content["status"] == "error" and content["ename"] == "CompilationError", content
    assert "CS1525" in "\n".join(content["traceback"]), content


def check_malformed_content_is_answered(k):
    content = k.request("execute_request", {"no": "code"}).content
    assert content["status"] == "error" and "code" in content["evalue"], content
    assert k.request("complete_request", {"code": 7, "cursor_pos": "x"}).content["status"] == "error"
    k.ok("1")


def check_stop_on_error(k):
    k.ok("1")
    ids = [k.send("execute_request", execute_content(code)) for code in ["Thread.Sleep(300); throw new Exception(\"stop\");", "1", "2"]]
    info = k.send("kernel_info_request", {})
    exchanges = [k.finish(request, "execute_request") for request in ids]
    assert [e.content["status"] for e in exchanges] == ["error", "aborted", "aborted"], [e.content for e in exchanges]
    assert exchanges[1].types == ["status", "status"], exchanges[1].types
    assert k.finish(info, "kernel_info_request").content["status"] == "ok"
    k.ok("1")


def check_stop_on_error_false(k):
    ids = [k.send("execute_request", {**execute_content(code), "stop_on_error": False}) for code in ["Thread.Sleep(300); throw new Exception(\"go on\");", "1"]]
    assert [k.finish(request, "execute_request").content["status"] for request in ids] == ["error", "ok"]


def check_rapid_executes(k):
    first = k.ok("var rapid = 0;").content["execution_count"]
    ids = [k.send("execute_request", execute_content("// nothing" if i % 100 else "rapid++;")) for i in range(1000)]
    for i, request in enumerate(ids):
        exchange = k.finish(request, "execute_request")
        assert exchange.content["status"] == "ok" and exchange.content["execution_count"] == first + 1 + i, exchange.content
    assert k.ok("rapid").one("execute_result")["data"]["text/plain"] == "10"


# Outputs


def check_streams(k):
    exchange = k.ok(f"Console.Write(\"a{SMILE}\"); Console.Error.Write(\"b\"); Console.Write(\"c\\n\"); \"d\"")
    order = [(m["content"].get("name") or m["msg_type"], m["content"].get("text")) for m in exchange.iopub[2:-1]]
    assert order == [("stdout", f"a{SMILE}"), ("stderr", "b"), ("stdout", "c\n"), ("execute_result", None)], order


def check_streams_as_they_are_written(k):
    request = k.send("execute_request", execute_content("Console.WriteLine(\"early\"); Thread.Sleep(1500);"))
    start = time.monotonic()
    while k.iopub()["msg_type"] != "stream":
        pass
    assert time.monotonic() - start < 1.2, "the text came with the end of the cell"
    k.reply()
    k.until_idle(request)


def check_display_and_update(k):
    exchange = k.ok("var shown = Display(\"first\"); shown.Update(\"second\"); var plain = 1;")
    display, update = exchange.one("display_data"), exchange.one("update_display_data")
    assert display["data"]["text/plain"] == "first" and update["data"]["text/plain"] == "second", (display, update)
    assert display["transient"]["display_id"] == update["transient"]["display_id"]
    later = k.ok("shown.Update(\"third\");").one("update_display_data")
    assert later["data"]["text/plain"] == "third" and later["transient"] == display["transient"], later


def check_clear_output(k):
    exchange = k.ok("Console.Write(\"gone\"); Clear(wait: true); Console.Write(\"kept\");")
    assert exchange.types == ["status", "execute_input", "stream", "clear_output", "stream", "status"], exchange.types
    assert exchange.one("clear_output") == {"wait": True}


def check_figure(k):
    data = k.ok("Plot.Loss([1e5, 2e5], [4.2, 3.1])").one("execute_result")["data"]
    assert isinstance(data["application/vnd.plotly.v1+json"]["data"], list) and "<div" in data["text/html"] and data["text/plain"], list(data)


def check_late_output_keeps_its_parent(k):
    k.ok("var release = new ManualResetEventSlim();")
    early = k.ok("new Thread(() => { release.Wait(); Console.WriteLine(\"late\"); }).Start();")
    later = k.ok("release.Set(); Thread.Sleep(300);")
    assert later.text() == "", later.text()
    if not k.late:
        k.until_idle(k.send("kernel_info_request", {}))
        k.reply()
    late = [m for m in k.late if m["msg_type"] == "stream"]
    assert [m["content"]["text"] for m in late] == ["late\n"], late
    assert late[0]["parent_header"]["msg_id"] == early.request


@own
def check_100_MB_printed_in_a_loop(start):
    with start() as k:
        k.ok("1")
        request = k.send("execute_request", execute_content("var line = new string('x', 99); for (int i = 0; i < 1_000_000; i++) Console.WriteLine(line);"))
        size, most = 0, 0
        while True:
            message = k.iopub(timeout=60)
            if message["msg_type"] == "stream":
                size += len(message["content"]["text"])
                most = max(most, memory(k.pid))
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle" and message["parent_header"]["msg_id"] == request:
                break
        assert k.reply()["content"]["status"] == "ok"
        assert size == 100_000_000, size
        assert most < 700, f"{most} MB of memory"


@own
def check_client_that_stops_reading_is_left_behind(start):
    with start() as k:
        k.ok("1")
        k.send("execute_request", execute_content("while (true) Console.WriteLine(new string('x', 99));"))
        time.sleep(0.5)
        k.client.stop_channels()
        k.interrupt()
        k.connect_again()
        k.ok("1")
        started(k, "while (true) Console.WriteLine(new string('x', 99));")
        time.sleep(2)
        k.interrupt()
        reply = k.reply(timeout=20)["content"]
        assert reply["ename"] == "Interrupted", reply
        k.connect_again()
        k.ok("1")
        assert memory(k.pid) < 700, f"{memory(k.pid)} MB of memory"


# Questions about code


def history(**content):
    return {"output": False, "raw": True, **content}


def complete(k, code, position=None):
    return k.request("complete_request", {"code": code, "cursor_pos": len(code) if position is None else position}).content


def check_complete(k):
    k.ok("1")
    code = "Console.WriteL"
    content = complete(k, code)
    assert "WriteLine" in content["matches"], content["matches"][:20]
    assert (content["cursor_start"], content["cursor_end"]) == (8, 14), content
    shown = {item["text"]: item for item in content["metadata"]["_jupyter_types_experimental"]}["WriteLine"]
    assert shown["type"] and "WriteLine" in shown["signature"] and (shown["start"], shown["end"]) == (8, 14), shown


def check_complete_counts_code_points(k):
    code = f"var {'s'} = \"{SMILE}{SMILE}\".Subst"
    content = complete(k, code + " // rest", len(code))
    assert "Substring" in content["matches"], content["matches"][:20]
    assert code[content["cursor_start"] : content["cursor_end"]] == "Subst", content


def check_complete_knows_earlier_cells(k):
    k.ok("string remembered = \"\";")
    assert "remembered" in complete(k, "remem")["matches"]


def check_inspect(k):
    content = k.request("inspect_request", {"code": f"var e = \"{SMILE}\"; Math.Sqrt(2)", "cursor_pos": 23, "detail_level": 0}).content
    assert content["status"] == "ok" and content["found"] and "Sqrt" in content["data"]["text/plain"], content
    content = k.request("inspect_request", {"code": "   ", "cursor_pos": 1, "detail_level": 0}).content
    assert content["status"] == "ok" and not content["found"] and content["data"] == {}, content


def check_is_complete(k):
    for code, status in [("1 + 1", "complete"), ("for (int i = 0; i < 3; i++) {", "incomplete"), ("var x = );", "invalid")]:
        content = k.request("is_complete_request", {"code": code}).content
        assert content["status"] == status, (code, content)
        assert (status == "incomplete") == ("indent" in content), content


def check_history(k):
    count = k.ok("\"first of history\"").content["execution_count"]
    k.ok("var h = 2;")
    k.ok("var h = 2;")
    tail = k.request("history_request", history(hist_access_type="tail", n=2)).content["history"]
    assert [row[1:] for row in tail] == [[count + 1, "var h = 2;"], [count + 2, "var h = 2;"]], tail
    ranged = k.request("history_request", history(hist_access_type="range", session=0, start=count, stop=count + 1, output=True)).content["history"]
    assert [row[1:] for row in ranged] == [[count, ["\"first of history\"", "first of history"]]], ranged
    searched = k.request("history_request", history(hist_access_type="search", pattern="var h*", n=10, unique=True)).content["history"]
    assert [row[2] for row in searched] == ["var h = 2;"], searched


@own
def check_history_outlives_the_kernel(start):
    with start() as k:
        k.ok("\"of an earlier session\"")
        k.client.shutdown()
        k.manager.provisioner.process.wait(10)
        with start() as later:
            rows = later.request("history_request", history(hist_access_type="range", session=-1, start=1, stop=2)).content["history"]
            assert [row[2] for row in rows] == ["\"of an earlier session\""], rows


# Comms


def check_comm_to_an_unknown_target_is_closed(k):
    messages = k.until_idle(k.send("comm_open", {"comm_id": "lost", "target_name": "nowhere", "data": {}}))
    assert [m["msg_type"] for m in messages] == ["status", "comm_close", "status"], messages
    assert messages[1]["content"]["comm_id"] == "lost"


def check_comm(k):
    k.ok(
        "Interp.Notebook.Comm.Register(\"echo\", (comm, opening) => {"
        " comm.Received += m => { Console.WriteLine(\"heard\"); comm.Send(new { got = (int)m.Data[\"x\"]! + 1 }, m.Buffers); };"
        " comm.Closed += _ => Console.WriteLine(\"closed\"); });"
    )
    k.until_idle(k.send("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}}))
    assert k.request("comm_info_request", {"target_name": "echo"}).content["comms"] == {"c1": {"target_name": "echo"}}
    messages = k.until_idle(k.send("comm_msg", {"comm_id": "c1", "data": {"x": 41}}, buffers=[b"raw"]))
    answer = [m for m in messages if m["msg_type"] == "comm_msg"]
    assert [m["content"]["data"] for m in answer] == [{"got": 42}], messages
    assert bytes(answer[0]["buffers"][0]) == b"raw"
    assert [m["content"]["text"] for m in messages if m["msg_type"] == "stream"] == ["heard\n"], messages
    messages = k.until_idle(k.send("comm_close", {"comm_id": "c1", "data": {}}))
    assert [m["content"]["text"] for m in messages if m["msg_type"] == "stream"] == ["closed\n"], messages
    assert k.request("comm_info_request", {}).content["comms"] == {}


def check_comm_opened_by_a_cell(k):
    exchange = k.ok("var opened = Interp.Notebook.Comm.Open(\"page\", new { hello = 1 }); opened.Send(new { n = 2 }); opened.Close();")
    opened = exchange.one("comm_open")
    assert opened["target_name"] == "page" and opened["data"] == {"hello": 1}, opened
    assert exchange.one("comm_msg") == {"comm_id": opened["comm_id"], "data": {"n": 2}}
    assert exchange.one("comm_close")["comm_id"] == opened["comm_id"]


def check_comm_handler_that_fails(k):
    k.ok("Interp.Notebook.Comm.Register(\"broken\", (comm, opening) => throw new Exception(\"handler broke\"));")
    messages = k.until_idle(k.send("comm_open", {"comm_id": "b", "target_name": "broken", "data": {}}))
    assert "handler broke" in "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream"), messages
    assert any(m["msg_type"] == "comm_close" for m in messages)


# Input


def check_input(k):
    request = k.send("execute_request", {**execute_content("var name = Console.ReadLine(); name + \"!\""), "allow_stdin": True})
    question = k.reply("stdin")
    assert question["msg_type"] == "input_request" and question["parent_header"]["msg_id"] == request, question
    assert question["content"]["password"] is False
    k.client.input(f"Ada {SMILE}")
    assert k.finish(request, "execute_request").one("execute_result")["data"]["text/plain"] == f"Ada {SMILE}!"


def check_input_not_allowed(k):
    content = k.execute("Console.ReadLine()").content
    assert content["status"] == "error" and "allow_stdin" in content["evalue"], content


def check_input_interrupted(k):
    request = k.send("execute_request", {**execute_content("Console.ReadLine()"), "allow_stdin": True})
    k.reply("stdin")
    k.interrupt()
    assert k.finish(request, "execute_request").content["status"] == "error"
    k.client.input("too late")
    k.ok("1")


# Interrupts and the control channel


def started(k, code):
    """Sends a cell that first prints a line, and waits until it runs."""
    request = k.send("execute_request", execute_content(f"Console.WriteLine(\"runs\");\n{code}"))
    while k.iopub()["msg_type"] != "stream":
        pass
    return request


def ended(k, request, timeout=PATIENCE):
    reply = k.reply(timeout=timeout)
    assert reply["parent_header"]["msg_id"] == request
    messages = k.until_idle(request)
    return reply["content"], messages


def check_interrupt_in_a_tight_loop(k):
    for code in ["while (true) { }", "for (long i = 0; ; i++) ;", "void Deeper() { while (true) { } }\nDeeper();", "Thread.Sleep(-1);", "await Task.Delay(-1);"]:
        request = started(k, code)
        k.interrupt()
        content, _ = ended(k, request)
        assert content["status"] == "error" and content["ename"] == "Interrupted", content
    k.ok("1")


def check_interrupt_request_and_reply(k):
    request = started(k, "while (true) { }")
    interrupt = k.send("interrupt_request", {}, channel="control")
    reply = k.reply("control")
    assert reply["msg_type"] == "interrupt_reply" and reply["content"]["status"] == "ok" and reply["parent_header"]["msg_id"] == interrupt, reply
    assert ended(k, request)[0]["ename"] == "Interrupted"
    assert k.request("interrupt_request", {}, channel="control").content["status"] == "ok"
    k.ok("1")


def check_interrupt_aborts_what_waits(k):
    request = started(k, "while (true) { }")
    waiting = k.send("execute_request", execute_content("1"))
    time.sleep(0.1)
    k.interrupt()
    assert ended(k, request)[0]["status"] == "error"
    assert k.finish(waiting, "execute_request").content["status"] == "aborted"


def check_interrupt_that_cannot_work_is_reported(k):
    # Waits in the operating system, where nothing reaches it.
    request = started(k, "var udp = new System.Net.Sockets.UdpClient(0); udp.Client.ReceiveTimeout = 5000; udp.Client.Receive(new byte[1]);")
    k.interrupt()
    _, messages = ended(k, request)
    assert "restart the kernel" in "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream"), messages


def check_control_answers_while_a_cell_runs(k):
    request = started(k, "Thread.Sleep(1500);")
    start = time.monotonic()
    info = k.send("kernel_info_request", {}, channel="control")
    assert k.reply("control")["parent_header"]["msg_id"] == info
    assert time.monotonic() - start < 1, "control waited for the cell"
    assert k.client.hb_channel.is_beating()
    ended(k, request)


@own
def check_control_answers_while_the_thread_pool_is_full(start):
    with start() as k:
        request = started(k, "Parallel.For(0, 100000, i => Thread.Sleep(100000));")
        time.sleep(1)
        info = k.send("kernel_info_request", {}, channel="control")
        assert k.reply("control", timeout=5)["parent_header"]["msg_id"] == info
        assert request
        k.manager.restart_kernel()
        k.connect_again()
        k.ok("1")


# Life and death


@own
def check_restart(start):
    with start() as k:
        k.ok("var before = 1;")
        k.send("execute_request", execute_content("while (true) { }"))
        pid = k.pid
        k.manager.restart_kernel()
        k.connect_again()
        assert k.pid != pid
        content = k.execute("before").content
        assert content["status"] == "error" and content["execution_count"] == 1, content


@own
def check_shutdown(start):
    with start() as k:
        exchange = k.request("shutdown_request", {"restart": False}, channel="control")
        assert exchange.content == {"status": "ok", "restart": False}, exchange.content
        assert exchange.one("shutdown_reply") == exchange.content
        assert k.manager.provisioner.process.wait(5) == 0


@own
def check_two_kernels_at_once(start):
    with start() as one, start() as two:
        one.ok("var mine = 1;")
        two.ok("var mine = 2;")
        a = one.send("execute_request", execute_content("Thread.Sleep(200); mine"))
        b = two.send("execute_request", execute_content("Thread.Sleep(200); mine"))
        assert one.finish(a, "execute_request").one("execute_result")["data"]["text/plain"] == "1"
        assert two.finish(b, "execute_request").one("execute_result")["data"]["text/plain"] == "2"


@own
def check_two_clients_of_one_kernel(start):
    with start() as k:
        k.ok("1")
        # Not of the same manager: its clients share an identity.
        second = BlockingKernelClient(connection_file=k.manager.connection_file)
        second.load_connection_file()
        second.start_channels()
        second.wait_for_ready(timeout=PATIENCE)
        request = k.send("execute_request", execute_content("\"for both\""))
        k.finish(request, "execute_request")
        while True:
            message = second.get_iopub_msg(timeout=PATIENCE)
            if message["msg_type"] == "execute_result":
                break
        assert message["parent_header"]["msg_id"] == request and message["content"]["data"]["text/plain"] == "for both"
        second.stop_channels()


def check_messages_that_are_not_right_are_dropped(k):
    session, shell = k.client.session, k.client.shell_channel.socket
    good = session.serialize(session.msg("execute_request", execute_content("var sneaked = 1;")))
    delimiter = good.index(b"<IDS|MSG>")
    wrong = list(good)
    wrong[delimiter + 1] = b"0" * 64
    unsigned = list(good)
    unsigned[delimiter + 1] = b""
    changed = list(good)
    changed[-1] = changed[-1].replace(b"sneaked", b"altered")
    for frames in [wrong, unsigned, changed, good[:-1], [b"nothing"], [b""], [b"<IDS|MSG>"], good[delimiter + 1 :]]:
        shell.send_multipart(frames)
    for header in [b"[]", b"7", b"{", b"{}", b'{"msg_type": 3, "msg_id": "x"}', b'{"msg_type": "a", "msg_type": "b", "msg_id": "x"}', b'{"msg_id": "\\ud800", "msg_type": "x_request"}', b"\xff"]:
        parts = [header, b"{}", b"{}", b"{}"]
        shell.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
    assert k.execute("sneaked").content["status"] == "error"
    assert k.execute("altered").content["status"] == "error"
    log = open(k.log).read()
    assert log.count("signature is wrong") >= 3 and "delimiter" in log, log[-2000:]
    k.drain()


def check_replayed_message_runs_again(k):
    k.ok("var replays = 0;")
    session, shell = k.client.session, k.client.shell_channel.socket
    frames = session.serialize(session.msg("execute_request", execute_content("++replays")))
    for expected in ["1", "2"]:
        shell.send_multipart(frames)
        k.reply()
        while True:
            message = k.iopub()
            if message["msg_type"] == "execute_result":
                assert message["content"]["data"]["text/plain"] == expected
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break


@own
def check_kernel_ends_with_its_client(start):
    with tempfile.TemporaryDirectory() as folder:
        client = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), "--hold", folder, *start.command], stdout=subprocess.PIPE, text=True
        )
        pid = int(client.stdout.readline())
        os.kill(pid, 0)
        client.kill()
        client.wait()
        wait_for(lambda: not alive(pid), 6, "the kernel outlives its client")


@own
def check_signals_end_it(start):
    for name in [signal.SIGTERM, signal.SIGINT]:
        with start() as k:
            os.kill(k.pid, name)
            wait_for(lambda: k.manager.provisioner.process.poll() is not None, 5, f"{name.name} does not end the kernel")
            assert k.manager.provisioner.process.returncode == 0, k.manager.provisioner.process.returncode


@own
def check_port_in_use_is_said(start):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {name: free_port() for name in ["shell_port", "iopub_port", "stdin_port", "hb_port"]}
        ports["control_port"] = taken.getsockname()[1]
        file = os.path.join(folder, "connection.json")
        with open(file, "w") as f:
            json.dump({**ports, "ip": "127.0.0.1", "transport": "tcp", "key": "k", "signature_scheme": "hmac-sha256"}, f)
        done = subprocess.run([*start.command, "kernel", "start", "--connection-file", file], capture_output=True, text=True, timeout=20)
        assert done.returncode == 1 and str(ports["control_port"]) in done.stderr and "in use" in done.stderr and "control" in done.stderr, done


@own
def check_ipc(start):
    with start(transport="ipc") as k:
        assert k.ok("\"over a socket file\"").one("execute_result")["data"]["text/plain"] == "over a socket file"


def check_listens_on_loopback_only(k):
    ports = {k.client.get_connection_info()[name] for name in ["shell_port", "iopub_port", "stdin_port", "hb_port", "control_port"]}
    listening = {}
    for file in ["/proc/net/tcp", "/proc/net/tcp6"]:
        for row in open(file).readlines()[1:]:
            address, state = row.split()[1], row.split()[3]
            if state == "0A":
                listening[int(address.split(":")[1], 16)] = address.split(":")[0]
    assert {port: listening.get(port) for port in ports} == {port: "0100007F" for port in ports}, listening


def check_iopub_welcomes_a_subscriber(k):
    context = zmq.Context.instance()
    with context.socket(zmq.SUB) as sub:
        sub.linger = 0
        sub.connect(f"tcp://127.0.0.1:{k.client.get_connection_info()['iopub_port']}")
        sub.subscribe(b"kernel")
        assert sub.poll(5000), "no message after a subscription"
        _, message = k.client.session.feed_identities(sub.recv_multipart())
        message = k.client.session.deserialize(message)
        assert message["msg_type"] == "iopub_welcome" and message["content"] == {"subscription": "kernel"}, message


def memory(pid):
    """Resident megabytes."""
    for row in open(f"/proc/{pid}/status"):
        if row.startswith("VmRSS"):
            return int(row.split()[1]) // 1024
    return 0


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def hold(folder, command):
    """A client that starts a kernel, says its process id, and waits to be killed."""
    k = KernelUnderTest(command, log=os.path.join(folder, "log"), folder=folder)
    print(k.pid, flush=True)
    k.ok("1")
    time.sleep(60)


def main():
    # A shell's background job ignores it, and so would the kernels started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.argv[1] == "--hold":
        return hold(sys.argv[2], sys.argv[3:])
    command, wanted = sys.argv[1:], []
    if "--only" in command:
        at = command.index("--only")
        command, wanted = command[:at], command[at + 1 :]
    checks = {name[len("check_") :]: f for name, f in globals().items() if name.startswith("check_") and (not wanted or name[len("check_") :] in wanted)}
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")

        def start(**options):
            return KernelUnderTest(command, log=log, folder=folder, **options)

        start.command = command
        shared = None
        for name, check in checks.items():
            began = time.monotonic()
            try:
                if getattr(check, "own", False):
                    check(start)
                else:
                    shared = shared or start()
                    check(shared)
                print(f"ok {name} {time.monotonic() - began:.2f}", flush=True)
            except Exception as e:
                failed += 1
                where = traceback.extract_tb(e.__traceback__)
                line = next((f.lineno for f in reversed(where) if f.filename == __file__), 0)
                why = f"{type(e).__name__}: {e}".replace("\n", " | ")
                print(f"FAILED {name}: line {line}: {textwrap.shorten(why, 1500)}", flush=True)
                # What a failed check left running must not fail the others.
                if shared:
                    shared.__exit__()
                    shared = None
        if shared:
            shared.__exit__()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
