"""Runs a command in a pod through the Python client, with input, and shows all it says.

usage: exec.py KUBECONFIG POD
"""

import sys

from kubernetes import client, config
from kubernetes.stream import stream

config.load_kube_config(sys.argv[1])
api = client.CoreV1Api()
command = ["sh", "-c", "read line; echo got $line; echo oh >&2; exit 4"]
answer = stream(
    api.connect_get_namespaced_pod_exec,
    sys.argv[2],
    "default",
    command=command,
    stdin=True,
    stdout=True,
    stderr=True,
    tty=False,
    _preload_content=False,
)
answer.write_stdin("a line\n")
answer.run_forever(timeout=60)
print(answer.read_stdout(), end="")
print(answer.read_stderr(), end="")
print(answer.returncode)
