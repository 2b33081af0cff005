package dev.slipway.inference.layout;

import dev.slipway.inference.engine.Signature;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One model as its files describe it: what the model server needs to serve it.
///
/// @param name as the files have it, or the name of the file or directory
/// @param format a word of [dev.slipway.inference.engine.Engine#format()], or [#ENSEMBLE]
/// @param layout whose convention this is: `file`, `kserve`, `tfserving`, `triton`, `mlflow`,
/// `mlserver`, `huggingface`, `savedmodel`
/// @param signature what clients see, where the files say it; else the engine's answer holds
/// @param schema the feature-level check of an MLflow signature
/// @param reshapes shapes the engine is given instead of the client's, by tensor name, without the
/// batch dimension (Triton's `reshape`)
/// @param classLabels names of the classes of an output, by output name
/// @param parameters for the engine, by the names of the original system
/// @param steps of an ensemble, in the order of the file
/// @param config Triton's configuration as its API shows it
public record ModelDescription(
    String name,
    String format,
    String layout,
    Versions versions,
    Serving serving,
    Optional<Signature> signature,
    Optional<InputSchema> schema,
    Map<String, List<Long>> reshapes,
    Map<String, List<String>> classLabels,
    Map<String, String> parameters,
    List<EnsembleStep> steps,
    Optional<ObjectNode> config) {
  /// The format of a model that only connects others.
  public static final String ENSEMBLE = "ensemble";

  public ModelDescription {
    reshapes = Map.copyOf(reshapes);
    classLabels = Map.copyOf(classLabels);
    parameters = Map.copyOf(parameters);
    steps = List.copyOf(steps);
  }

  /// A model without any settings.
  static ModelDescription of(String name, String format, String layout, Versions versions) {
    return new ModelDescription(
        name,
        format,
        layout,
        versions,
        Serving.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        Optional.empty());
  }

  ModelDescription withServing(Serving given) {
    return new ModelDescription(
        name,
        format,
        layout,
        versions,
        given,
        signature,
        schema,
        reshapes,
        classLabels,
        parameters,
        steps,
        config);
  }

  /// Under another name: the one the user gave.
  public ModelDescription named(String given) {
    return new ModelDescription(
        given,
        format,
        layout,
        versions,
        serving,
        signature,
        schema,
        reshapes,
        classLabels,
        parameters,
        steps,
        config);
  }

  ModelDescription withSignature(Signature given, Optional<InputSchema> check) {
    return new ModelDescription(
        name,
        format,
        layout,
        versions,
        serving,
        Optional.of(given),
        check,
        reshapes,
        classLabels,
        parameters,
        steps,
        config);
  }

  ModelDescription withParameters(Map<String, String> given) {
    return new ModelDescription(
        name,
        format,
        layout,
        versions,
        serving,
        signature,
        schema,
        reshapes,
        classLabels,
        given,
        steps,
        config);
  }

  ModelDescription withVersions(Versions given) {
    return new ModelDescription(
        name,
        format,
        layout,
        given,
        serving,
        signature,
        schema,
        reshapes,
        classLabels,
        parameters,
        steps,
        config);
  }

  /// The file or directory an engine is to load, of the version served to those who name none.
  ///
  /// @throws IllegalStateException for an ensemble, which has none
  public Path artifact() {
    return versions
        .latest()
        .orElseThrow(() -> new IllegalStateException(name + " has no files"))
        .artifact();
  }

  /// One step of an ensemble.
  ///
  /// @param modelVersion -1: the latest
  /// @param inputs the step's tensor by which it is fed, to the ensemble's tensor
  /// @param outputs the step's tensor to the ensemble's tensor
  public record EnsembleStep(
      String modelName,
      long modelVersion,
      Map<String, String> inputs,
      Map<String, String> outputs) {
    public EnsembleStep {
      inputs = Map.copyOf(inputs);
      outputs = Map.copyOf(outputs);
    }
  }
}
