package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// Deletes objects by name or by manifest.
@Command(
    name = "delete",
    description = "Delete objects: slipway delete isvc iris, slipway delete -f FILE.",
    mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "What these manifests name.")
  private List<String> files = new ArrayList<>();

  @Parameters(arity = "0..*", paramLabel = "TYPE NAME...", description = "What to delete by name.")
  private List<String> words = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    if (files.isEmpty() == (words.size() < 2)) {
      throw new UserException("name a TYPE and at least one NAME, or give manifests with -f");
    }
    PrintWriter out = spec.commandLine().getOut();
    KubeClient client = options.connect(spec.commandLine().getErr());
    if (files.isEmpty()) {
      KubeClient.Found resource = client.find(words.getFirst());
      for (String name : words.subList(1, words.size())) {
        delete(client, resource, options.namespace(), name, out);
      }
      return 0;
    }
    var reader = new Manifests(System.getenv(), Instant.now());
    for (String file : files) {
      for (Manifests.Manifest manifest : reader.read(file, System.in)) {
        deleteNamed(client, manifest.object(), out);
      }
    }
    return 0;
  }

  private void deleteNamed(KubeClient client, ObjectNode object, PrintWriter out) throws Exception {
    String apiVersion = object.path("apiVersion").asString("");
    KubeClient.Found resource =
        client
            .find(apiVersion, object.path("kind").asString(""))
            .orElseThrow(() -> new UserException("no such kind here: " + Manifests.label(object)));
    String written = Json.text(object, "metadata", "namespace");
    delete(
        client,
        resource,
        written.isEmpty() ? options.namespace() : written,
        Json.text(object, "metadata", "name"),
        out);
  }

  private static void delete(
      KubeClient client, KubeClient.Found resource, String namespace, String name, PrintWriter out)
      throws Exception {
    client.delete(resource.path(namespace, name));
    out.println(resource.label(name) + " deleted");
    out.flush();
  }
}
