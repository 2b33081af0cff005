package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.node.environment.ImageConfig;
import dev.slipway.node.environment.ImageTable;
import dev.slipway.node.environment.ImageTableYaml;
import java.io.IOException;

/// Which environments there are to be: as the running platform's ConfigMap has it, else as shipped.
final class EnvironmentTable {
  private EnvironmentTable() {}

  static ImageTable of(DataOption data) {
    if (RunFile.read(data.directory()).isEmpty()) {
      return ImageTableYaml.standard();
    }
    try {
      var client = KubeClient.of(data.kubeconfig(), _ -> {});
      var path = "/api/v1/namespaces/" + ImageConfig.NAMESPACE + "/configmaps/" + ImageConfig.NAME;
      var map = client.get(path, "application/json");
      return ImageTableYaml.read(Json.strings(map, "data")).table();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ImageTableYaml.standard();
    } catch (IOException | UserException _) {
      return ImageTableYaml.standard(); // deleted, or the platform is just ending
    }
  }
}
