package dev.slipway.dataplane.server.tfserving;

import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.inference.codec.tfserving.TfConfig;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/// Serves the models of a config and no others. Models that are served as the config has them stay
/// as they are; if one cannot be loaded, none is taken away.
final class TfReload {
  private final Models models;
  private final ModelServerSettings settings;

  TfReload(Models models, ModelServerSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  void apply(byte[] message) {
    if (!settings.controlsModels()) {
      throw new ServeException.Unimplemented(
          "this server does not let clients load or unload models");
    }
    var config = TfConfig.read(message);
    var names = new HashSet<String>();
    for (var wanted : config.models()) {
      if (!names.add(wanted.name())) {
        throw new InvalidInputException(
            "Illegal to list model " + wanted.name() + " multiple times in config list");
      }
    }
    config.models().forEach(this::load);
    for (var model : models.all()) {
      if (!names.contains(model.name())) {
        models.unload(model.name());
      }
    }
  }

  private void load(TfConfig.Model wanted) {
    var options = options(wanted);
    if (models.find(wanted.name()).filter(found -> same(found, wanted, options)).isPresent()) {
      return;
    }
    var model = ModelSettings.of(wanted.name(), wanted.path()).withOptions(options);
    try {
      models.load(wanted.platform().isEmpty() ? model : model.withFormat(wanted.platform())).join();
    } catch (CompletionException problem) {
      if (problem.getCause() instanceof ServeException.LoadFailed told) {
        throw new InvalidInputException("model " + wanted.name() + ": " + told.getMessage());
      }
      throw problem;
    }
  }

  private static Map<String, String> options(TfConfig.Model wanted) {
    var options = new HashMap<String, String>();
    if (!wanted.policy().isEmpty()) {
      options.put("version_policy", wanted.policy());
    }
    if (!wanted.labels().isEmpty()) {
      var labels = new TreeMap<>(wanted.labels());
      options.put(
          "version_labels",
          labels.entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .collect(Collectors.joining(",")));
    }
    return options;
  }

  private static boolean same(Model found, TfConfig.Model wanted, Map<String, String> options) {
    return found
        .latest()
        .map(servable -> servable.settings())
        .filter(now -> now.source().equals(wanted.path()) && now.options().equals(options))
        .isPresent();
  }
}
