"""Asks a pod's web server through the Python client's port forwarding.

usage: port_forward.py KUBECONFIG POD PORT
"""

import sys

from kubernetes import client, config
from kubernetes.stream import portforward

config.load_kube_config(sys.argv[1])
port = int(sys.argv[3])
api = client.CoreV1Api()
forward = portforward(api.connect_get_namespaced_pod_portforward, sys.argv[2], "default", ports=str(port))
socket = forward.socket(port)
socket.setblocking(True)
socket.sendall(b"GET /greeting HTTP/1.0\r\nhost: pod\r\n\r\n")
answer = b""
while piece := socket.recv(4096):
    answer += piece
print(answer.decode().split("\r\n\r\n", 1)[1])
print(forward.error(port))
