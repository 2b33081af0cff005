package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/// A short life of a server under load, run once after a build so that the JVM can record what
/// starting takes.
@Command(name = "rehearse", hidden = true, description = "Record the start-up cache.")
final class RehearseCommand implements Callable<Integer> {
  private static final int ROUNDS = 100;
  private static final int SERVICES = 12;

  @Override
  public Integer call() throws Exception {
    Path data = Files.createTempDirectory("slipway-rehearsal");
    try {
      var model = new ServeRehearsal(ROUNDS).run(data);
      for (int start = 0; start < 2; start++) {
        var settings = Platform.Settings.of(data, "127.0.0.1", 0, 0, System.getenv());
        try (var front = new FrontDoor(new ServeOptions().room());
            var platform = Platform.start(settings, front)) {
          var client = KubeClient.of(platform.api().kubeconfig(), _ -> {});
          load(client);
          var gateway = new InetSocketAddress("127.0.0.1", URI.create(platform.url()).getPort());
          new ServiceRehearsal(client, gateway, model).run(SERVICES);
        }
      }
    } finally {
      remove(data);
    }
    return 0;
  }

  private static void load(KubeClient client) throws IOException, InterruptedException {
    KubeClient.Found maps = client.find("configmaps");
    for (int i = 0; i < ROUNDS; i++) {
      ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
      object.putObject("metadata").put("name", "rehearsal-" + i % 20);
      object.putObject("data").put("round", Integer.toString(i));
      client.apply(maps, "default", object);
      client.get(maps.path("default", ""), GetCommand.TABLE);
    }
    client.delete(maps.path("default", "rehearsal-0"));
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
