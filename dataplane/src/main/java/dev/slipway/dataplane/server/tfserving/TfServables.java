package dev.slipway.dataplane.server.tfserving;

import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.inference.codec.tfserving.TfModelSpec;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.List;

/// Finds what a request names, and says in TensorFlow Serving's words what is not there.
final class TfServables {
  private static final String DEFAULT_SIGNATURE = "serving_default";

  private TfServables() {}

  /// The version that answers.
  static Servable serving(Models models, TfModelSpec asked) {
    if (asked.name().isEmpty()) {
      throw new InvalidInputException(
          asked.equals(TfModelSpec.NONE)
              ? "Missing ModelSpec"
              : "ModelSpec has no name specified.");
    }
    var version = asked.version();
    if (!asked.label().isEmpty()) {
      version = labelled(model(models, asked), asked.label());
    }
    try {
      return models.serving(asked.name(), version);
    } catch (ServeException.UnknownModel _) {
      throw unknown(asked.name(), version);
    }
  }

  private static Model model(Models models, TfModelSpec asked) {
    return models.find(asked.name()).orElseThrow(() -> unknown(asked.name(), ""));
  }

  private static String labelled(Model model, String label) {
    var version = model.labels().get(label);
    if (version == null) {
      throw new InvalidInputException(
          "Unrecognized servable version label: "
              + label
              + " (model "
              + model.name()
              + " has: "
              + model.labels().keySet()
              + ")");
    }
    return version;
  }

  private static ServeException unknown(String name, String version) {
    var which =
        version.isEmpty() ? "Latest(" + name + ")" : "Specific(" + name + ", " + version + ")";
    return new ServeException.UnknownModel("Servable not found for request: " + which);
  }

  /// The versions whose status is asked for.
  static List<Servable> versions(Models models, TfModelSpec asked) {
    var model =
        models
            .find(asked.name())
            .orElseThrow(
                () ->
                    new ServeException.UnknownModel(
                        "Could not find any versions of model " + asked.name()));
    var version = asked.label().isEmpty() ? asked.version() : labelled(model, asked.label());
    if (version.isEmpty()) {
      return model.versions();
    }
    return List.of(
        model
            .version(version)
            .orElseThrow(
                () ->
                    new ServeException.UnknownModel(
                        "Could not find version " + version + " of model " + asked.name())));
  }

  /// The name of a signature as the model knows it: `serving_default`, which clients are made to
  /// send, is the default of models that have another.
  static String signature(Servable servable, String asked) {
    boolean other = asked.equals(DEFAULT_SIGNATURE) && !servable.signatures().containsKey(asked);
    return other ? "" : asked;
  }

  /// What answered.
  static TfModelSpec effective(Servable servable, String signature) {
    var name = signature.isEmpty() ? servable.signatures().firstEntry().getKey() : signature;
    return new TfModelSpec(servable.name(), servable.version(), "", name);
  }
}
