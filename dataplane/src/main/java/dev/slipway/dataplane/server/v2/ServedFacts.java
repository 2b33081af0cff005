package dev.slipway.dataplane.server.v2;

import dev.slipway.dataplane.model.Histogram;
import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.ModelState;
import dev.slipway.dataplane.model.ModelStats;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.inference.codec.v2.ModelIndex;
import dev.slipway.inference.codec.v2.ModelStatistics;
import dev.slipway.inference.codec.v2.ModelStatistics.Batch;
import dev.slipway.inference.codec.v2.ModelStatistics.Timing;
import dev.slipway.inference.codec.v2.ModelStatistics.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a server says about itself and its models, the same over HTTP and gRPC.
public final class ServedFacts {
  public static final String SERVER = "slipway";

  /// Sent with the server's metadata.
  public static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "model_repository",
          "model_repository_extension",
          "model_repository(unload_dependents)",
          "model_configuration",
          "statistics",
          "parameters",
          "generate");

  private ServedFacts() {}

  public static String version() {
    var version = ServedFacts.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /// Versions of a model, oldest first.
  public static List<String> versions(Models models, Servable servable) {
    return models
        .find(servable.name())
        .map(model -> model.versions().reversed().stream().map(Servable::version).toList())
        .orElse(List.of(servable.version()));
  }

  /// @param version `""` for all
  /// @throws ServeException.UnknownModel if the model or version is not there
  public static List<ModelStatistics> statistics(Models models, String name, String version) {
    if (name.isEmpty()) {
      return models.all().stream()
          .flatMap(model -> model.versions().stream())
          .map(ServedFacts::of)
          .toList();
    }
    if (!version.isEmpty()) {
      return List.of(of(models.serving(name, version)));
    }
    return models.find(name).map(Model::versions).orElseThrow(() -> unknown(name)).stream()
        .map(ServedFacts::of)
        .toList();
  }

  private static ServeException unknown(String name) {
    return new ServeException.UnknownModel("Model with name " + name + " does not exist.");
  }

  private static ModelStatistics of(Servable servable) {
    var stats = servable.stats();
    return new ModelStatistics(
        servable.name(),
        servable.version(),
        stats.lastMillis(),
        stats.rows(),
        stats.executions(),
        totals(stats),
        stats.byBatch().entrySet().stream()
            .map(
                each -> new Batch(each.getKey(), Timing.NONE, timing(each.getValue()), Timing.NONE))
            .toList());
  }

  private static Totals totals(ModelStats stats) {
    return new Totals(
        new Timing(stats.succeeded(), stats.total().totalNanos()),
        new Timing(stats.failed() + stats.rejected(), 0),
        timing(stats.queue()),
        timing(stats.input()),
        timing(stats.compute()),
        timing(stats.output()),
        new Timing(stats.cacheHits(), 0),
        new Timing(stats.cacheMisses(), 0));
  }

  private static Timing timing(Histogram times) {
    return new Timing(times.count(), times.totalNanos());
  }

  public static List<ModelIndex> index(Models models, boolean readyOnly) {
    var index = new ArrayList<ModelIndex>();
    for (var model : models.all()) {
      entries(model).filter(each -> !readyOnly || each.state().equals("READY")).forEach(index::add);
    }
    return index;
  }

  private static Stream<ModelIndex> entries(Model model) {
    if (model.versions().isEmpty()) {
      var state = model.loading() ? "LOADING" : "UNAVAILABLE";
      return Stream.of(new ModelIndex(model.name(), "", state, model.reason()));
    }
    return model.versions().stream()
        .map(
            each -> new ModelIndex(each.name(), each.version(), word(each.state()), each.reason()));
  }

  private static String word(ModelState state) {
    return switch (state) {
      case READY, COLD -> "READY";
      case LOADING -> "LOADING";
      case UNLOADING -> "UNLOADING";
      case UNLOADED, FAILED -> "UNAVAILABLE";
    };
  }
}
