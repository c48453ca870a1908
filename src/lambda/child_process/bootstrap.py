"""Runs a handler file under Python, as Lambda's managed runtimes do.

Poolhouse passes this text to `python -c`, with the file and the name of the function as arguments. The texts of errors
are those that the runtime client awslambdaric is known to send.
"""

import decimal
import http.client
import importlib.util
import json
import logging
import os
import signal
import sys
import threading
import time
import traceback

HERE = "<string>"
FILE, FUNCTION = sys.argv[1:3]
MODULE = os.path.splitext(os.path.basename(FILE))[0]
API = "/2018-06-01/runtime/"
request_id = None


def end_all():
    """Ends this process and what it has started, as the server would."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def hold_lifeline():
    """Nothing is ever written to standard input: its end is the server's, also of a server that was killed."""
    while os.read(0, 1024):
        pass
    end_all()


class Fault(Exception):
    """An error that Lambda names."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind, self.message, self.trace = "Runtime." + kind, message, trace or []


class Connection:
    """The server, which sees to it that the process ends when it does."""

    def __init__(self):
        self.http = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def send(self, method, where, body=None):
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            self.http.request(method, API + where, body, headers)
            response = self.http.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException):
            # The server is gone, and this thread saw it before the other.
            end_all()


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.client_context = None
        self.identity = Identity()
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


class LambdaFormatter(logging.Formatter):
    """What Lambda's log shows of a record, with the id of the event."""

    converter = time.gmtime

    def format(self, record):
        record.aws_request_id = request_id or ""
        return super().format(record)


def set_up_logging():
    handler = logging.StreamHandler(sys.stdout)
    layout = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(LambdaFormatter(layout, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)


def load():
    if MODULE in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", f"Cannot use built-in module {MODULE} as a handler module")
    sys.path.insert(0, os.path.dirname(FILE))
    try:
        if not os.path.exists(FILE):
            raise ImportError(f"No module named '{MODULE}'")
        spec = importlib.util.spec_from_file_location(MODULE, FILE)
        module = importlib.util.module_from_spec(spec)
        sys.modules[MODULE] = module
        spec.loader.exec_module(module)
    except ImportError as error:
        raise Fault("ImportModuleError", f"Unable to import module '{MODULE}': {error}") from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise Fault("UserCodeSyntaxError", f"Syntax error in module '{MODULE}': {error}", trace) from None
    try:
        return getattr(module, FUNCTION)
    except AttributeError:
        raise Fault("HandlerNotFound", f"Handler '{FUNCTION}' missing on module '{MODULE}'") from None


def told(error):
    """The error as Lambda sends it; frames of this text are not the function's."""
    if isinstance(error, Fault):
        kind, message, trace = error.kind, error.message, error.trace
    else:
        kind, message = type(error).__name__, str(error)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename != HERE and "importlib" not in frame.filename]
        trace = traceback.format_list(own)
    lines = [f"[ERROR] {kind}: {message}", "Traceback (most recent call last):", *trace]
    print("\n".join(line.rstrip("\n") for line in lines), flush=True)
    return json.dumps(
        {"errorMessage": message, "errorType": kind, "requestId": request_id or "", "stackTrace": trace}
    ).encode()


def plain(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def written(result):
    if isinstance(result, bytes):
        return result
    try:
        return json.dumps(result, default=plain).encode()
    except Exception as error:
        raise Fault("MarshalError", f"Unable to marshal response: {error}") from None


def main():
    global request_id

    threading.Thread(target=hold_lifeline, daemon=True).start()
    set_up_logging()
    server = Connection()
    try:
        handler = load()
    except Exception as error:
        server.send("POST", "init/error", told(error))
        sys.exit(1)
    while True:
        response, event = server.send("GET", "invocation/next")
        if response.status != 200:
            sys.exit(1)
        context = LambdaContext(response.headers)
        request_id = context.aws_request_id
        os.environ["_X_AMZN_TRACE_ID"] = response.headers["Lambda-Runtime-Trace-Id"]
        try:
            answer, outcome = written(handler(json.loads(event), context)), "response"
        except Exception as error:
            answer, outcome = told(error), "error"
        server.send("POST", f"invocation/{request_id}/{outcome}", answer)


main()
