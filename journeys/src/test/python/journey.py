"""What a Python user does with a cluster, each step checked. Usage: journey.py KUBECONFIG"""

import sys

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException

NAMESPACE = "python"


def check(found, wanted):
    if found != wanted:
        raise SystemExit("found %r, wanted %r" % (found, wanted))


def config_maps(core):
    body = {"metadata": {"name": "words", "labels": {"a": "b"}}, "data": {"x": "1"}}
    made = core.create_namespaced_config_map(NAMESPACE, body)
    made.data["x"] = "2"
    check(core.replace_namespaced_config_map("words", NAMESPACE, made).data, {"x": "2"})
    patched = core.patch_namespaced_config_map("words", NAMESPACE, {"data": {"y": "3"}})
    check(patched.data, {"x": "2", "y": "3"})
    listed = core.list_namespaced_config_map(NAMESPACE, label_selector="a=b").items
    check([each.metadata.name for each in listed], ["words"])
    try:
        core.create_namespaced_config_map(NAMESPACE, body)
        raise SystemExit("a second create was accepted")
    except ApiException as refused:
        check(refused.status, 409)


def deployments(api):
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": "nginx"}]},
            },
        },
    }
    utils.create_from_dict(api, manifest, namespace=NAMESPACE)
    apps = client.AppsV1Api(api)
    apps.patch_namespaced_deployment_scale("web", NAMESPACE, {"spec": {"replicas": 4}})
    check(apps.read_namespaced_deployment("web", NAMESPACE).spec.replicas, 4)


def watching(core):
    version = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
    core.patch_namespaced_config_map("words", NAMESPACE, {"data": {"z": "4"}})
    core.delete_namespaced_config_map("words", NAMESPACE)
    seen = []
    stream = watch.Watch()
    for event in stream.stream(
        core.list_namespaced_config_map,
        NAMESPACE,
        resource_version=version,
        field_selector="metadata.name=words",
        timeout_seconds=30,
    ):
        seen.append(event["type"])
        if event["type"] == "DELETED":
            stream.stop()
    check(seen, ["MODIFIED", "DELETED"])


def custom_objects(api):
    services = dynamic.DynamicClient(api).resources.get(
        api_version="serving.kserve.io/v1beta1", kind="InferenceService"
    )
    iris = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris"},
        "spec": {"predictor": {"sklearn": {"storageUri": "file:///iris"}}},
    }
    services.create(body=iris, namespace=NAMESPACE)
    found = services.get(name="iris", namespace=NAMESPACE)
    check(found.spec.predictor.sklearn.storageUri, "file:///iris")
    custom = client.CustomObjectsApi(api)
    listed = custom.list_namespaced_custom_object(
        "serving.kserve.io", "v1beta1", NAMESPACE, "inferenceservices"
    )
    check(len(listed["items"]), 1)


def main(kubeconfig):
    api = config.new_client_from_config(kubeconfig)
    core = client.CoreV1Api(api)
    check(client.VersionApi(api).get_code().major, "1")
    core.create_namespace({"metadata": {"name": NAMESPACE}})
    config_maps(core)
    deployments(api)
    watching(core)
    custom_objects(api)
    core.delete_namespace(NAMESPACE)
    print("done")


main(sys.argv[1])
