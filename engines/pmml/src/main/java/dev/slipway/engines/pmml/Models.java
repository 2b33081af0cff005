package dev.slipway.engines.pmml;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Compiles model elements by their names.
final class Models {
  private static final Set<String> NAMES =
      Set.of(
          "TreeModel",
          "RegressionModel",
          "GeneralRegressionModel",
          "MiningModel",
          "Scorecard",
          "NaiveBayesModel",
          "ClusteringModel",
          "NeuralNetwork",
          "SupportVectorMachineModel",
          "RuleSetModel",
          "NearestNeighborModel",
          "AnomalyDetectionModel",
          "AssociationModel",
          "BaselineModel",
          "BayesianNetworkModel",
          "GaussianProcessModel",
          "SequenceModel",
          "TextModel",
          "TimeSeriesModel");

  private Models() {}

  static boolean isModel(Element element) {
    return NAMES.contains(element.name());
  }

  /// A model inside another one.
  static Model nested(Element element, Model.Frame outer) {
    var scope = new Scope(outer.scope());
    for (var field : element.needed("MiningSchema").children("MiningField")) {
      if (field.text("usageType", "active").equals("active")) {
        treat(field, outer.scope(), scope);
      }
    }
    return compile(element, scope, Optional.of(outer));
  }

  private static void treat(Element element, Scope outer, Scope scope) {
    var name = element.text("name");
    var source = outer.find(name);
    if (source.isEmpty()) {
      return;
    }
    var kind = source.get().kind();
    var treatment = new Treatment(element, kind, Optional.empty(), scope.build());
    if (treatment.plain()) {
      return;
    }
    int from = source.get().slot();
    var field = scope.build().slot(name, kind);
    scope.define(name, field);
    scope.step(
        row -> {
          row.copy(from, field.slot());
          treatment.apply(row, field.slot(), "");
        });
  }

  /// @param scope with the fields of the mining schema
  static Model compile(Element element, Scope scope, Optional<Model.Frame> outer) {
    element.child("LocalTransformations").ifPresent(scope::derive);
    var model = of(element, frame(element, scope, outer));
    model.finish();
    return model;
  }

  private static Model of(Element element, Model.Frame frame) {
    return switch (element.name()) {
      case "TreeModel" -> new TreeModel(frame);
      case "RegressionModel" -> new RegressionModel(frame);
      case "MiningModel" -> new MiningModel(frame);
      case "Scorecard" -> new Scorecard(frame);
      case "ClusteringModel" -> new ClusteringModel(frame);
      case "NaiveBayesModel" -> new NaiveBayesModel(frame);
      case "GeneralRegressionModel" -> new GeneralRegressionModel(frame);
      case "NeuralNetwork" -> new NeuralNetwork(frame);
      case "RuleSetModel" -> new RuleSetModel(frame);
      case "SupportVectorMachineModel" -> new SupportVectorMachineModel(frame);
      case "NearestNeighborModel" -> new NearestNeighborModel(frame);
      default -> throw PmmlException.unsupported(element);
    };
  }

  private static Model.Frame frame(Element element, Scope scope, Optional<Model.Frame> outer) {
    if (!element.flag("isScorable", true)) {
      throw new PmmlException(element, "isScorable=\"false\": the model is not for scoring");
    }
    var build = scope.build();
    var function =
        element.word("functionName", "", List.of("regression", "classification", "clustering"));
    var target = target(element).or(() -> outer.flatMap(Model.Frame::target));
    var field = target.map(build.dataFields::get);
    var kind = field.map(DataField::kind).orElse(Kind.STRING);
    boolean classifies = function.equals("classification");
    var shared = outer.filter(each -> each.classifies() && each.target().equals(target));
    var labels = classifies && shared.isPresent() ? shared.get().labels() : new Labels(kind);
    if (classifies) {
      field.ifPresent(found -> found.values().keySet().forEach(labels::add));
    }
    return new Model.Frame(element, scope, build.model(), target, field, labels, classifies);
  }

  private static Optional<String> target(Element element) {
    for (var field : element.needed("MiningSchema").children("MiningField")) {
      var usage = field.text("usageType", "active");
      if (usage.equals("target") || usage.equals("predicted")) {
        return field.attribute("name");
      }
    }
    return Optional.empty();
  }
}
