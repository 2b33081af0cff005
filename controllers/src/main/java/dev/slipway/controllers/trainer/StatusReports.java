package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How training code tells how far it is: the containers that train are given an address, the
/// authority's certificate and a token, as files named by variables.
///
/// Source: `pkg/runtime/framework/plugins/trainjobstatus/trainjobstatus.go`. The certificate is in
/// every namespace here (`kube-root-ca.crt`), so none is copied for each job.
///
/// @param server where the API answers, `https://HOST:PORT`; empty where reports are not taken
public record StatusReports(String server) {
  private static final String DIRECTORY = "/var/run/secrets/kubeflow/trainer";
  private static final String VOLUME = "kubeflow-trainer-token";
  private static final int TOKEN_SECONDS = 3600;

  /// To wherever a pod finds the API, which is another place in a network of its own than on the
  /// machine's.
  public static StatusReports toTheApi() {
    return new StatusReports("https://$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)");
  }

  /// What a token for one job's reports is good for.
  public static String audience(String namespace, String job) {
    return Trainer.GROUP + "/v1alpha1/namespaces/" + namespace + "/trainjobs/" + job + "/status";
  }

  void apply(Blueprint blueprint) {
    if (server.isEmpty()) {
      return;
    }
    String namespace = blueprint.job().namespace();
    String audience = audience(namespace, blueprint.job().name());
    blueprint
        .ancestor(Trainer.TRAINER)
        .ifPresent(
            entry -> {
              ObjectNode pod = Blueprint.pod(entry);
              for (var each : pod.path("containers")) {
                if (each instanceof ObjectNode container) {
                  equip(container, server + "/apis/" + audience);
                }
              }
              PodEdit.volume(pod, volume(audience));
            });
  }

  private static void equip(ObjectNode container, String url) {
    PodEdit.env(container, "KUBEFLOW_TRAINER_SERVER_URL", url);
    PodEdit.env(container, "KUBEFLOW_TRAINER_SERVER_CA_CERT", DIRECTORY + "/ca.crt");
    PodEdit.env(container, "KUBEFLOW_TRAINER_SERVER_TOKEN", DIRECTORY + "/token");
    PodEdit.mount(
        container,
        Json.object().put("name", VOLUME).put("mountPath", DIRECTORY).put("readOnly", true));
  }

  private static ObjectNode volume(String audience) {
    ObjectNode volume = Json.object().put("name", VOLUME);
    ArrayNode sources = volume.putObject("projected").putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("audience", audience)
        .put("expirationSeconds", TOKEN_SECONDS)
        .put("path", "token");
    ObjectNode authority =
        sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
    authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
    return volume;
  }
}
