"""One running kernel, driven through the real jupyter_client."""

import os
import queue
import time

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager

PATIENCE = 30


class Exchange:
    """A request, its reply, and what iopub said about it (from busy to idle)."""

    def __init__(self, request, reply, iopub):
        self.request, self.reply, self.iopub = request, reply, iopub
        self.content = reply["content"]

    def all(self, msg_type):
        return [m["content"] for m in self.iopub if m["msg_type"] == msg_type]

    def one(self, msg_type):
        found = self.all(msg_type)
        assert len(found) == 1, f"{len(found)} {msg_type} messages, not 1: {[m['msg_type'] for m in self.iopub]}"
        return found[0]

    def text(self, stream="stdout"):
        return "".join(c["text"] for c in self.all("stream") if c["name"] == stream)

    @property
    def types(self):
        return [m["msg_type"] for m in self.iopub]


class OneSpec(KernelSpecManager):
    """Offers a command as a kernel without installing it."""

    argv = []
    extra = {}

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=self.argv, display_name="under test", language="csharp", interrupt_mode="message", env=self.extra)


class KernelUnderTest:
    """Starts `command` (argv before --connection-file) and connects a client; a context manager."""

    def __init__(self, command, log=None, transport="tcp", folder=None):
        specs = OneSpec()
        specs.argv = [*command, "kernel", "start", "--connection-file", "{connection_file}", *(["--log", log] if log else [])]
        # A history of its own, so that runs do not see each other.
        specs.extra = {"XDG_DATA_HOME": folder} if folder else {}
        self.log = log
        self.manager = KernelManager(kernel_name="under-test", kernel_spec_manager=specs, transport=transport)
        if transport == "ipc":
            self.manager.ip = os.path.join(folder, "socket")
        self.manager.start_kernel(stderr=None if log else open(os.devnull, "w"))
        self.connect()

    def connect_again(self):
        """A new client, of the same kernel or of the one that a restart made."""
        self.client.stop_channels()
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.drain()
        self.late = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def drain(self):
        """Forgets what comes late: a client that waits for a kernel asks kernel_info more than once."""
        for receive in (self.client.get_shell_msg, self.client.get_iopub_msg):
            try:
                while True:
                    receive(timeout=0.2)
            except queue.Empty:
                pass

    def send(self, msg_type, content, channel="shell", **kwargs):
        """Sends a request and returns its id."""
        message = self.client.session.msg(msg_type, content)
        self.client.session.send(getattr(self.client, f"{channel}_channel").socket, message, **kwargs)
        return message["header"]["msg_id"]

    def reply(self, channel="shell", timeout=PATIENCE):
        return getattr(self.client, f"get_{channel}_msg")(timeout=timeout)

    def iopub(self, timeout=PATIENCE):
        return self.client.get_iopub_msg(timeout=timeout)

    def until_idle(self, request, timeout=PATIENCE):
        """iopub's messages about a request; those of other requests go to `late`."""
        messages = []
        end = time.monotonic() + timeout
        while True:
            message = self.iopub(timeout=max(0.01, end - time.monotonic()))
            if message["parent_header"].get("msg_id") != request:
                self.late.append(message)
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages

    def request(self, msg_type, content, channel="shell", timeout=PATIENCE):
        """A whole exchange; holds for every request: busy first, idle last, the right parents, the right reply."""
        return self.finish(self.send(msg_type, content, channel), msg_type, channel, timeout)

    def finish(self, request, msg_type, channel="shell", timeout=PATIENCE):
        reply = self.reply(channel, timeout)
        assert reply["parent_header"]["msg_id"] == request, f"the reply's parent is not {msg_type}"
        assert reply["msg_type"] == msg_type.replace("_request", "_reply"), reply["msg_type"]
        messages = self.until_idle(request, timeout)
        first = messages[0]
        assert first["msg_type"] == "status" and first["content"]["execution_state"] == "busy", f"{msg_type}: iopub begins with {first['msg_type']}"
        states = [m["content"]["execution_state"] for m in messages if m["msg_type"] == "status"]
        assert states == ["busy", "idle"], states
        for message in messages:
            assert message["parent_header"]["msg_type"] == msg_type
        return Exchange(request, reply, messages)

    def execute(self, code, timeout=PATIENCE, **options):
        return self.request("execute_request", {**execute_content(code), **options}, timeout=timeout)

    def ok(self, code, timeout=PATIENCE, **options):
        exchange = self.execute(code, timeout, **options)
        assert exchange.content["status"] == "ok", f"{code}: {exchange.content}"
        return exchange

    def interrupt(self):
        self.manager.interrupt_kernel()


def execute_content(code):
    return {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
