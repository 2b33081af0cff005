package dev.slipway.node.models;

import dev.slipway.inference.layout.PythonFunction;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.PodRuntime.Image;
import dev.slipway.node.StandIns;
import dev.slipway.node.environment.ImageTable;
import dev.slipway.node.models.Served.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A model server's container whose one model only a Python can load: it is run as a process
/// instead, with a scoring server of the platform's own, in the environment `mlflow` or the one
/// that the annotation `slipway.dev/pyfunc-environment` names.
///
/// A model that brings its own loader does without MLflow where no such environment was made.
final class PythonModel {
  static final String ENVIRONMENT = "slipway.dev/pyfunc-environment";

  /// The most that a variable may hold, with room for others.
  private static final int MOST_DESCRIPTION = 100_000;

  private final ContainerStart start;
  private final PodRuntime programs;
  private final PythonFunction model;
  private final String place; // of the model, in the container
  private final String name;
  private final int port;

  private PythonModel(
      ContainerStart start,
      PodRuntime programs,
      PythonFunction model,
      String place,
      String name,
      int port) {
    this.start = start;
    this.programs = programs;
    this.model = model;
    this.place = place;
    this.name = name;
    this.port = port;
  }

  /// Looks at what the container is to serve, which its init containers have brought.
  ///
  /// @param programs starts processes
  /// @return empty where it is anything else than one such model
  static Optional<PythonModel> of(ContainerStart start, ServerImage image, PodRuntime programs) {
    if (image.fetches()) {
      return Optional.empty();
    }
    try {
      var served = ServerCommands.read(image, start);
      return served.models().size() == 1
          ? of(start, served, served.models().getFirst(), programs)
          : Optional.empty();
    } catch (IOException | RuntimeException _) {
      return Optional.empty(); // told where the server itself meets it
    }
  }

  private static Optional<PythonModel> of(
      ContainerStart start, Served served, Source source, PodRuntime programs) throws IOException {
    if (source.format().isPresent() || source.path().contains(":/")) {
      return Optional.empty();
    }
    var root = start.volumes().onHost(start.container(), source.path());
    var directory = Files.exists(root.resolve("MLmodel")) ? root : only(root);
    var found = PythonFunction.in(directory);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var below = root.equals(directory) ? "" : "/" + directory.getFileName();
    var name = source.name().isEmpty() ? "model" : source.name();
    return Optional.of(
        new PythonModel(
            start, programs, found.get(), source.path() + below, name, served.ports().getFirst()));
  }

  /// The one directory in another, or that itself.
  private static Path only(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return root;
    }
    try (var entries = Files.list(root)) {
      var all = entries.limit(2).toList();
      return all.size() == 1 ? all.getFirst() : root;
    }
  }

  /// Returns at once; it is ready when the scoring server answers.
  PodRuntime.Running start(PodRuntime.Listener listener) {
    if (StandIns.is(start.pod())) {
      listener.ended(1, "Error", "a model that is a program of its own is not started twice");
      return new NotStarted();
    }
    var image = image(start.pod().annotation(ENVIRONMENT));
    if (programs.image(image) instanceof Image.Missing(String why)) {
      listener.waiting("ImagePullBackOff", why);
      return new NotStarted();
    }
    listener.event(
        "Normal",
        "RunsAsProcess",
        "model "
            + name
            + " has the flavour python_function alone ("
            + model.loader()
            + "): a Python serves it, in a process of its own");
    var answers = new AnswersFirst(listener, port);
    var running = programs.start(started(image), answers);
    answers.await(running);
    return running;
  }

  /// The environment that is asked for; otherwise MLflow's, or any Python where the model needs no
  /// MLflow and there is none.
  private ObjectNode image(String asked) {
    var usual = container(asked.isEmpty() ? "mlflow" : asked);
    boolean own = !model.loader().isEmpty() && !model.loader().startsWith("mlflow.");
    if (asked.isEmpty() && own && programs.image(usual) instanceof Image.Missing) {
      return container("python");
    }
    return usual;
  }

  private ObjectNode container(String environment) {
    var container = (ObjectNode) start.container().deepCopy();
    container.put("image", ImageTable.PYFUNC + ":" + environment);
    container.putArray("ports").addObject().put("containerPort", port);
    container.put("terminationMessagePolicy", "FallbackToLogsOnError");
    return container;
  }

  private ContainerStart started(ObjectNode container) {
    Map<String, String> environment = new HashMap<>(start.environment());
    var description = model.description().toString();
    if (description.length() <= MOST_DESCRIPTION) {
      environment.put("MLMODEL", description);
    }
    return new ContainerStart(
        start.pod(),
        container,
        false,
        start.address(),
        List.of(),
        List.of(
            "--model",
            place,
            "--name",
            name,
            "--port",
            String.valueOf(port),
            "--host",
            start.address(), // no other pod's: every address of loopback is this machine's
            "--wanted",
            "p" + port),
        environment,
        start.volumes(),
        start.logs());
  }
}
