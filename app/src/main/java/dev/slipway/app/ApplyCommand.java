package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// Applies manifests, filling in `${NAME}` from the environment first.
@Command(
    name = "apply",
    description = {
      "Apply manifests: files, directories or - for standard input.",
      "$${NAME} is filled in from the environment, $${TIMESTAMP} with the time if not set there."
    },
    mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "File, directory or -; may be given more than once.")
  private List<String> files = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    KubeClient client = options.connect(err);
    var reader = new Manifests(System.getenv(), Instant.now());
    int refused = 0;
    for (String file : files) {
      for (Manifests.Manifest manifest : reader.read(file, System.in)) {
        try {
          out.println(apply(client, manifest.object()));
        } catch (UserException why) {
          refused++;
          err.println(
              manifest.origin()
                  + ": "
                  + Manifests.label(manifest.object())
                  + ": "
                  + why.getMessage());
        }
        out.flush();
      }
    }
    return refused == 0 ? 0 : 1;
  }

  private String apply(KubeClient client, ObjectNode object)
      throws IOException, InterruptedException {
    String apiVersion = object.path("apiVersion").asString("");
    String kind = object.path("kind").asString("");
    KubeClient.Found resource =
        client
            .find(apiVersion, kind)
            .orElseThrow(
                () ->
                    new UserException(
                        "no matches for kind \"" + kind + "\" in version \"" + apiVersion + "\""));
    String written = Json.text(object, "metadata", "namespace");
    String name = Json.text(object, "metadata", "name");
    String namespace = written.isEmpty() ? options.namespace() : written;
    return resource.label(name) + " " + client.apply(resource, namespace, object);
  }
}
