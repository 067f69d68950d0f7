using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Interp.Notebook.Protocol;
using Interp.Notebook.Server;

namespace Interp.Notebook.Tests.Server;

/// <summary>The protocol with no compiler behind it and no Python in front of it; the whole kernel meets jupyter_client in tests/tools/kernel.</summary>
public sealed class KernelTests
{
    [Fact]
    public async Task The_first_subscriber_hears_that_the_kernel_starts_and_is_welcomed()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        JupyterMessage first = await client.PublishedAsync(), second = await client.PublishedAsync();
        Assert.Equal("starting", KernelClient.Name(first));
        Assert.Empty(first.Parent);
        Assert.Equal("iopub_welcome", second.Type);
        Assert.Equal("", (string)second.Content["subscription"]!);
    }

    [Fact]
    public async Task A_value_is_published_between_busy_and_idle_and_has_its_requests_header_as_parent()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        JupyterMessage request = client.Execute("value 42"), reply = await client.ReplyAsync();
        Assert.Equal("execute_reply", reply.Type);
        Assert.Equal("ok", (string)reply.Content["status"]!);
        Assert.Equal(1, (int)reply.Content["execution_count"]!);
        List<JupyterMessage> published = await client.UntilIdleAsync(request);
        Assert.Equal(["busy", "execute_input", "execute_result", "idle"], published.Select(KernelClient.Name));
        Assert.Equal("42", (string)published[2].Content["data"]!["text/plain"]!);
        Assert.All(published, m => Assert.True(JsonNode.DeepEquals(request.Header, m.Parent)));
    }

    [Fact]
    public async Task An_error_is_published_with_colours_and_is_in_the_reply()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        JupyterMessage request = client.Execute("fail so"), reply = await client.ReplyAsync();
        JupyterMessage error = (await client.UntilIdleAsync(request)).Single(m => m.Type == "error");
        Assert.Equal(["\x1b[31mFailure: so\x1b[0m", "\x1b[36mCell [1], line 1\x1b[0m"], error.Content["traceback"]!.AsArray().Select(l => (string)l!));
        Assert.Equal("error", (string)reply.Content["status"]!);
        Assert.Equal(("Failure", "so"), ((string)reply.Content["ename"]!, (string)reply.Content["evalue"]!));
    }

    [Fact]
    public async Task A_session_that_breaks_is_an_error_of_the_cell()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("throw");
        Assert.Equal("NotSupportedException", (string)(await client.ReplyAsync()).Content["ename"]!);
        client.Execute("value 1");
        Assert.Equal("ok", (string)(await client.ReplyAsync()).Content["status"]!);
    }

    [Fact]
    public async Task What_was_sent_before_an_error_is_aborted_and_what_comes_later_runs()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("wait");
        client.Execute("value 1");
        JupyterMessage info = client.Send("kernel_info_request", []);
        while ((await client.PublishedAsync()).Type != "stream") { }
        client.Send("interrupt_request", [], KernelChannel.Control);
        Assert.Equal("Interrupted", (string)(await client.ReplyAsync()).Content["ename"]!);
        Assert.Equal("aborted", (string)(await client.ReplyAsync()).Content["status"]!);
        Assert.Equal(info.Id, (string)(await client.ReplyAsync()).Parent["msg_id"]!);
        client.Execute("value 1");
        Assert.Equal("ok", (string)(await client.ReplyAsync()).Content["status"]!);
    }

    [Fact]
    public async Task Without_stop_on_error_what_waits_runs()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("fail so", ("stop_on_error", false));
        client.Execute("value 1", ("stop_on_error", false));
        Assert.Equal("error", (string)(await client.ReplyAsync()).Content["status"]!);
        Assert.Equal("ok", (string)(await client.ReplyAsync()).Content["status"]!);
    }

    [Fact]
    public async Task A_silent_request_shows_and_counts_nothing()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        JupyterMessage request = client.Execute("print loud", ("silent", true));
        Assert.Equal(["busy", "idle"], (await client.UntilIdleAsync(request)).Select(KernelClient.Name));
        Assert.Equal(0, (int)(await client.ReplyAsync()).Content["execution_count"]!);
    }

    [Fact]
    public async Task User_expressions_are_evaluated_each_for_itself()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("value 1", ("user_expressions", new JsonObject { ["good"] = "value 2", ["bad"] = "fail so" }));
        JsonNode values = (await client.ReplyAsync()).Content["user_expressions"]!;
        Assert.Equal("2", (string)values["good"]!["data"]!["text/plain"]!);
        Assert.Equal("error", (string)values["bad"]!["status"]!);
    }

    [Fact]
    public async Task Control_answers_while_a_cell_runs()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("wait");
        while ((await client.PublishedAsync()).Type != "stream") { }
        JupyterMessage info = client.Send("kernel_info_request", [], KernelChannel.Control);
        JupyterMessage reply = await client.ReplyAsync(KernelChannel.Control);
        Assert.Equal(info.Id, (string)reply.Parent["msg_id"]!);
        Assert.Equal(JupyterMessage.ProtocolVersion, (string)reply.Content["protocol_version"]!);
    }

    [Fact]
    public async Task Text_that_comes_after_its_cell_has_that_cell_as_parent()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        JupyterMessage early = client.Execute("keep");
        await client.UntilIdleAsync(early);
        await client.UntilIdleAsync(client.Execute("value 1"));
        client.Session.Kept!.Write(StreamName.Stderr, "late");
        JupyterMessage late = await client.PublishedAsync();
        Assert.Equal((early.Id, "stderr", "late"), ((string)late.Parent["msg_id"]!, (string)late.Content["name"]!, (string)late.Content["text"]!));
    }

    [Fact]
    public async Task A_question_goes_to_the_client_that_sent_the_cell_and_a_late_answer_to_an_older_one_is_ignored()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("ask first?");
        JupyterMessage old = await client.ReplyAsync(KernelChannel.Stdin);
        Assert.Equal(("first?", true), ((string)old.Content["prompt"]!, (bool)old.Content["password"]!));
        client.Send("interrupt_request", [], KernelChannel.Control);
        Assert.Equal("error", (string)(await client.ReplyAsync()).Content["status"]!);

        JupyterMessage request = client.Execute("ask second?");
        await client.ReplyAsync(KernelChannel.Stdin);
        client.Send("input_reply", new JsonObject { ["value"] = "for the first" }, KernelChannel.Stdin, old.Header);
        client.Send("input_reply", new JsonObject { ["value"] = "yes" }, KernelChannel.Stdin);
        Assert.Equal("yes", (string)(await client.UntilIdleAsync(request)).Single(m => m.Type == "execute_result").Content["data"]!["text/plain"]!);
    }

    [Fact]
    public async Task Where_input_is_not_allowed_the_cell_is_told_why()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("ask name?", ("allow_stdin", false));
        Assert.Contains("allow_stdin", (string)(await client.ReplyAsync()).Content["evalue"]!);
    }

    [Fact]
    public async Task Positions_are_code_points_outside_and_UTF16_inside()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Send("complete_request", new JsonObject { ["code"] = "😀ab", ["cursor_pos"] = 2 });
        JsonObject content = (await client.ReplyAsync()).Content;
        Assert.Equal("ax", (string)content["matches"]![0]!);
        Assert.Equal((1, 2), ((int)content["cursor_start"]!, (int)content["cursor_end"]!));
        JsonNode typed = content["metadata"]!["_jupyter_types_experimental"]![0]!;
        Assert.Equal(("ax", "class", "class x", 1, 2), ((string)typed["text"]!, (string)typed["type"]!, (string)typed["signature"]!, (int)typed["start"]!, (int)typed["end"]!));
        client.Send("inspect_request", new JsonObject { ["code"] = "😀ab", ["cursor_pos"] = 2 });
        Assert.Equal("😀a", (string)(await client.ReplyAsync()).Content["data"]!["text/plain"]!);
        client.Send("is_complete_request", new JsonObject { ["code"] = "{" });
        Assert.Equal("    ", (string)(await client.ReplyAsync()).Content["indent"]!);
    }

    [Fact]
    public async Task A_comm_reaches_the_target_that_a_cell_registered_and_no_other()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        await client.UntilIdleAsync(client.Execute("comm"));
        await client.UntilIdleAsync(client.Send("comm_open", new JsonObject { ["comm_id"] = "1", ["target_name"] = "double", ["data"] = new JsonObject() }));
        List<JupyterMessage> published = await client.UntilIdleAsync(client.Send("comm_msg", new JsonObject { ["comm_id"] = "1", ["data"] = new JsonObject { ["x"] = 21 } }));
        Assert.Equal(42, (int)published.Single(m => m.Type == "comm_msg").Content["data"]!["x"]!);
        published = await client.UntilIdleAsync(client.Send("comm_open", new JsonObject { ["comm_id"] = "2", ["target_name"] = "triple", ["data"] = new JsonObject() }));
        Assert.Equal(["busy", "comm_close", "idle"], published.Select(KernelClient.Name));
    }

    [Fact]
    public async Task What_is_signed_wrongly_or_is_no_message_is_dropped_and_logged()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        JupyterMessage evil = new([], new JsonObject { ["msg_id"] = "e", ["msg_type"] = "execute_request" }, [], [], new JsonObject { ["code"] = "value evil" }, []);
        client.SendFrames(new MessageCodec("other key").Encode(evil));
        client.SendFrames([[1], [2]]);
        client.SendFrames(new MessageCodec("key").Encode(evil with { Header = new JsonObject { ["msg_id"] = "e", ["msg_type"] = 3 } }));
        client.Execute("value 1");
        Assert.Equal(1, (int)(await client.ReplyAsync()).Content["execution_count"]!);
        Assert.Contains(client.Logged, line => line.Contains("signature is wrong", StringComparison.Ordinal));
        Assert.Contains(client.Logged, line => line.Contains("delimiter", StringComparison.Ordinal));
        Assert.Equal(3, client.Logged.Length);
    }

    [Fact]
    public async Task A_request_without_what_it_needs_gets_an_error_for_a_reply()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Send("execute_request", []);
        JupyterMessage reply = await client.ReplyAsync();
        Assert.Equal(("execute_reply", "error"), (reply.Type, (string)reply.Content["status"]!));
        client.Send("history_request", new JsonObject { ["hist_access_type"] = "dreams" });
        Assert.Contains("dreams", (string)(await client.ReplyAsync()).Content["evalue"]!);
    }

    [Fact]
    public async Task A_shutdown_request_is_answered_everywhere_and_ends_the_kernel_though_a_cell_runs()
    {
        await using KernelClient client = await KernelClient.StartAsync();
        client.Execute("wait");
        while ((await client.PublishedAsync()).Type != "stream") { }
        JupyterMessage request = client.Send("shutdown_request", new JsonObject { ["restart"] = true }, KernelChannel.Control);
        Assert.True((bool)(await client.ReplyAsync(KernelChannel.Control)).Content["restart"]!);
        Assert.Contains(await client.UntilIdleAsync(request), m => m.Type == "shutdown_reply");
        Assert.True(await client.Kernel.Shutdown);
    }
}
