package dev.slipway.control;

import static dev.slipway.control.Kind.clusterWide;
import static dev.slipway.control.Kind.namespaced;

import java.util.List;

/// The kinds that several rooms name.
public final class Kinds {
  public static final Kind POD = namespaced("", "v1", "Pod", "pods");
  public static final Kind SERVICE = namespaced("", "v1", "Service", "services");
  public static final Kind CONFIG_MAP = namespaced("", "v1", "ConfigMap", "configmaps");
  public static final Kind SECRET = namespaced("", "v1", "Secret", "secrets");
  public static final Kind EVENT = namespaced("", "v1", "Event", "events");
  public static final Kind SERVICE_ACCOUNT =
      namespaced("", "v1", "ServiceAccount", "serviceaccounts");
  public static final Kind CLAIM =
      namespaced("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims");
  public static final Kind PERSISTENT_VOLUME =
      clusterWide("", "v1", "PersistentVolume", "persistentvolumes");
  public static final Kind STORAGE_CLASS =
      clusterWide("storage.k8s.io", "v1", "StorageClass", "storageclasses");
  public static final Kind ENDPOINTS = namespaced("", "v1", "Endpoints", "endpoints");
  public static final Kind NAMESPACE = clusterWide("", "v1", "Namespace", "namespaces");
  public static final Kind NODE = clusterWide("", "v1", "Node", "nodes");
  public static final Kind LEASE = namespaced("coordination.k8s.io", "v1", "Lease", "leases");
  public static final Kind ENDPOINT_SLICE =
      namespaced("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");
  public static final Kind DEPLOYMENT = namespaced("apps", "v1", "Deployment", "deployments");
  public static final Kind REPLICA_SET = namespaced("apps", "v1", "ReplicaSet", "replicasets");
  public static final Kind STATEFUL_SET = namespaced("apps", "v1", "StatefulSet", "statefulsets");
  public static final Kind CONTROLLER_REVISION =
      namespaced("apps", "v1", "ControllerRevision", "controllerrevisions");
  public static final Kind DAEMON_SET = namespaced("apps", "v1", "DaemonSet", "daemonsets");
  public static final Kind REPLICATION_CONTROLLER =
      namespaced("", "v1", "ReplicationController", "replicationcontrollers");
  public static final Kind JOB = namespaced("batch", "v1", "Job", "jobs");
  public static final Kind CRON_JOB = namespaced("batch", "v1", "CronJob", "cronjobs");
  public static final Kind POD_DISRUPTION_BUDGET =
      namespaced("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");
  public static final Kind HORIZONTAL_POD_AUTOSCALER =
      namespaced("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
  public static final Kind INGRESS = namespaced("networking.k8s.io", "v1", "Ingress", "ingresses");
  public static final Kind INGRESS_CLASS =
      clusterWide("networking.k8s.io", "v1", "IngressClass", "ingressclasses");
  public static final Kind HTTP_ROUTE =
      namespaced("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes");
  public static final Kind GRPC_ROUTE =
      namespaced("gateway.networking.k8s.io", "v1", "GRPCRoute", "grpcroutes");
  public static final Kind GATEWAY_CLASS =
      clusterWide("gateway.networking.k8s.io", "v1", "GatewayClass", "gatewayclasses");
  public static final Kind REFERENCE_GRANT =
      namespaced("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant", "referencegrants");
  public static final Kind GATEWAY =
      namespaced("gateway.networking.k8s.io", "v1", "Gateway", "gateways");
  public static final Kind KNATIVE_SERVICE =
      namespaced("serving.knative.dev", "v1", "Service", "services");
  public static final Kind CONFIGURATION =
      namespaced("serving.knative.dev", "v1", "Configuration", "configurations");
  public static final Kind REVISION =
      namespaced("serving.knative.dev", "v1", "Revision", "revisions");
  public static final Kind KNATIVE_ROUTE =
      namespaced("serving.knative.dev", "v1", "Route", "routes");
  public static final Kind DOMAIN_MAPPING =
      namespaced("serving.knative.dev", "v1beta1", "DomainMapping", "domainmappings");
  public static final Kind POD_AUTOSCALER =
      namespaced("autoscaling.internal.knative.dev", "v1alpha1", "PodAutoscaler", "podautoscalers");
  public static final Kind KNATIVE_INGRESS =
      namespaced("networking.internal.knative.dev", "v1alpha1", "Ingress", "ingresses");
  public static final Kind INFERENCE_SERVICE =
      namespaced("serving.kserve.io", "v1beta1", "InferenceService", "inferenceservices");
  public static final Kind SERVING_RUNTIME =
      namespaced("serving.kserve.io", "v1alpha1", "ServingRuntime", "servingruntimes");
  public static final Kind CLUSTER_SERVING_RUNTIME =
      clusterWide(
          "serving.kserve.io", "v1alpha1", "ClusterServingRuntime", "clusterservingruntimes");
  public static final Kind INFERENCE_GRAPH =
      namespaced("serving.kserve.io", "v1alpha1", "InferenceGraph", "inferencegraphs");

  private static final List<Kind> ALL =
      List.of(
          POD,
          SERVICE,
          CONFIG_MAP,
          SECRET,
          EVENT,
          SERVICE_ACCOUNT,
          CLAIM,
          PERSISTENT_VOLUME,
          STORAGE_CLASS,
          ENDPOINTS,
          NAMESPACE,
          NODE,
          LEASE,
          ENDPOINT_SLICE,
          DEPLOYMENT,
          REPLICA_SET,
          STATEFUL_SET,
          CONTROLLER_REVISION,
          DAEMON_SET,
          REPLICATION_CONTROLLER,
          JOB,
          CRON_JOB,
          POD_DISRUPTION_BUDGET,
          HORIZONTAL_POD_AUTOSCALER,
          INGRESS,
          INGRESS_CLASS,
          HTTP_ROUTE,
          GATEWAY,
          GRPC_ROUTE,
          GATEWAY_CLASS,
          REFERENCE_GRANT,
          KNATIVE_SERVICE,
          CONFIGURATION,
          REVISION,
          KNATIVE_ROUTE,
          DOMAIN_MAPPING,
          POD_AUTOSCALER,
          KNATIVE_INGRESS,
          INFERENCE_SERVICE,
          SERVING_RUNTIME,
          CLUSTER_SERVING_RUNTIME,
          INFERENCE_GRAPH);

  private Kinds() {}

  /// All of them.
  public static List<Kind> all() {
    return ALL;
  }
}
