package dev.slipway.app;

import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.ModelSettings.Limits;
import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import dev.slipway.dataplane.model.Models;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/// What one can say about models on the command line.
final class ServeOptions {
  private static final long MEGABYTE = 1024L * 1024;

  @Option(
      names = "--format",
      paramLabel = "NAME=FORMAT",
      description = "The format of a model whose files do not say: sklearn, onnx, lightgbm, …")
  private Map<String, String> formats = Map.of();

  @Option(
      names = "--option",
      paramLabel = "NAME.KEY=VALUE",
      description = "A setting of a model's engine, as in: iris.method=predict_proba")
  private Map<String, String> engineOptions = Map.of();

  @Option(
      names = "--batch-size",
      paramLabel = "ROWS",
      description = "Join requests of the same shape up to so many rows (default: do not).",
      defaultValue = "0")
  private int batchSize;

  @Option(
      names = "--batch-delay",
      paramLabel = "MICROSECONDS",
      description = "The longest a request waits for others to join (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long batchDelayMicros;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Requests inside one model at once (default: as many as come).",
      defaultValue = "0")
  private int concurrency;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Requests that may wait for a model (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  private int queue = 1000;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "Threads of a slow or batching model (default: as many as processors).",
      defaultValue = "0")
  private int instances;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "The longest a request takes, waiting included (default: ${DEFAULT-VALUE}).",
      defaultValue = "60")
  private double timeoutSeconds = 60;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description =
          "Keep models in memory within so much; the rest is loaded when asked for"
              + " (default: no limit).",
      defaultValue = "0")
  private long memoryMib;

  @Option(
      names = "--max-request",
      paramLabel = "MIB",
      description = "The longest request accepted (default: ${DEFAULT-VALUE}).",
      defaultValue = "128")
  private int maxRequestMib = 128;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description = "How long requests may take to finish at the end (default: ${DEFAULT-VALUE}).",
      defaultValue = "30")
  private int drainSeconds = 30;

  @Option(
      names = "--poll",
      paramLabel = "SECONDS",
      description =
          "How often to look for new versions in directories of versions (default:"
              + " ${DEFAULT-VALUE}; 0 for never).",
      defaultValue = "2")
  private double pollSeconds = 2;

  Duration poll() {
    return Duration.ofNanos((long) (pollSeconds * 1e9));
  }

  @Option(
      names = "--check-inputs",
      description = "Compare every input with the model's signature before the model sees it.")
  private boolean checkInputs;

  @Option(names = "--cache", description = "Answer equal requests from memory.")
  private boolean cache;

  @Option(names = "--fixed-models", description = "Do not let clients load or unload models.")
  private boolean fixedModels;

  @Option(
      names = "--log-url",
      paramLabel = "URL",
      description = "Send requests and answers there as CloudEvents.")
  private String logUrl = "";

  @Option(
      names = "--log-mode",
      paramLabel = "MODE",
      description = "What to send: all, request or response (default: ${DEFAULT-VALUE}).",
      defaultValue = "all")
  private String logMode = "all";

  @Option(
      names = "--cache-dir",
      paramLabel = "DIRECTORY",
      description = "Where fetched models are kept (default: ~/.slipway/models).")
  private Path cacheDirectory = Path.of(System.getProperty("user.home"), ".slipway", "models");

  @Option(
      names = "--cache-size",
      paramLabel = "GIB",
      description = "What fetched models may take on disk (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  private long cacheGib = 64;

  @Option(
      names = "--credentials",
      paramLabel = "PATH",
      description =
          "For s3://, gs://, azure://, hf:// and https://: a mounted Secret's directory, a Secret's"
              + " manifest, a storage-config entry, Google's key file, or lines of NAME=value;"
              + " repeatable. Goes before the environment (AWS_*, STORAGE_CONFIG, AZURE_*,"
              + " HF_TOKEN, GOOGLE_APPLICATION_CREDENTIALS, HOST-headers).")
  private List<Path> credentialFiles = List.of();

  ArtifactSettings artifacts(Map<String, String> environment) {
    return artifacts(cacheDirectory, environment);
  }

  /// The same with models kept elsewhere.
  ArtifactSettings artifacts(Path cache, Map<String, String> environment) {
    var settings = ArtifactSettings.at(cache).withCacheBytes(cacheGib * 1024 * MEGABYTE);
    var emulator = environment.getOrDefault("STORAGE_EMULATOR_HOST", "");
    if (emulator.isEmpty()) {
      return settings;
    }
    var google = emulator.contains("://") ? emulator : "http://" + emulator;
    return settings.withEndpoints(settings.huggingFace(), URI.create(google));
  }

  /// Room for models, still empty; `models:/…` is looked up in the data directory's registry.
  Models room() {
    var registry = RegistryRoom.at(new DataOption().directory());
    var artifacts = new Artifacts(artifacts(System.getenv()), registry, InstantSource.system());
    return new Models(new ModelOpener(Engines.found(), artifacts), memoryBytes());
  }

  long memoryBytes() {
    return memoryMib == 0 ? Long.MAX_VALUE : memoryMib * MEGABYTE;
  }

  int maxRequestBytes() {
    return (int) Math.min(maxRequestMib * MEGABYTE, Integer.MAX_VALUE - 8);
  }

  int drainSeconds() {
    return drainSeconds;
  }

  boolean fixedModels() {
    return fixedModels;
  }

  /// @param sources `NAME=SOURCE` or `SOURCE`
  /// @throws UserException if two models have one name, or an option names no model
  List<ModelSettings> models(List<String> sources) {
    var models = new ArrayList<ModelSettings>();
    var names = new HashSet<String>();
    var credentials = new SourceCredentials(System.getenv(), credentialFiles);
    for (var source : Repositories.expanded(sources)) {
      var settings = model(source);
      settings = settings.withCredentials(credentials.of(settings.source()));
      if (!names.add(settings.name())) {
        throw new UserException("two models are called " + settings.name() + "; use NAME=SOURCE");
      }
      models.add(settings);
    }
    for (var name : formats.keySet()) {
      requireKnown("--format", name, names);
    }
    for (var key : engineOptions.keySet()) {
      requireKnown("--option", key.substring(0, Math.max(0, key.indexOf('.'))), names);
    }
    return models;
  }

  private static void requireKnown(String option, String name, Set<String> names) {
    if (!names.contains(name)) {
      throw new UserException(
          option + " is about \"" + name + "\", which is none of the models: " + names);
    }
  }

  private ModelSettings model(String source) {
    int equals = source.indexOf('=');
    boolean named = equals > 0 && source.substring(0, equals).matches("[A-Za-z0-9._-]+");
    var name = named ? source.substring(0, equals) : nameOf(source);
    var settings =
        ModelSettings.of(name, named ? source.substring(equals + 1) : source)
            .withOptions(optionsOf(name))
            .withLimits(limits())
            .withChecksInputs(checkInputs)
            .withCachesAnswers(cache);
    if (formats.containsKey(name)) {
      settings = settings.withFormat(formats.get(name));
    }
    if (batchSize > 0) {
      var delay = Duration.ofNanos(batchDelayMicros * 1_000);
      settings = settings.withBatching(new Batching(batchSize, delay, List.of()));
    }
    if (!logUrl.isEmpty()) {
      settings = settings.withLogger(PayloadLogging.of(URI.create(logUrl), logMode, name));
    }
    return settings;
  }

  /// The last part of a path or address, without the ending of a file.
  private static String nameOf(String source) {
    var end = source.replaceAll("[?#].*$", "").replaceAll("/+$", "");
    var last = end.substring(end.lastIndexOf('/') + 1);
    int dot = last.indexOf('.', 1);
    return dot < 0 ? last : last.substring(0, dot);
  }

  private Map<String, String> optionsOf(String name) {
    var own = new HashMap<String, String>();
    engineOptions.forEach(
        (key, value) -> {
          if (key.startsWith(name + ".")) {
            own.put(key.substring(name.length() + 1), value);
          }
        });
    return own;
  }

  private Limits limits() {
    var standard = Limits.standard();
    return new Limits(
        concurrency,
        queue,
        instances > 0 ? instances : standard.instances(),
        Duration.ofNanos((long) (timeoutSeconds * 1e9)));
  }
}
