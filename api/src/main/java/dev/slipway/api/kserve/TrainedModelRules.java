package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// A TrainedModel before it is stored.
///
/// Follows `pkg/apis/serving/v1alpha1/trainedmodel_webhook.go`.
public final class TrainedModelRules implements KindRules {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final List<String> SCHEMES = List.of("s3://", "gs://", "https://", "http://");

  @Override
  public String group() {
    return Kserve.GROUP;
  }

  @Override
  public String kind() {
    return "TrainedModel";
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    String name = Json.text(object, "metadata", "name");
    if (!NAME.matcher(name).matches()) {
      problems.add(
          Problem.invalid(
              FieldPath.of("metadata", "name"),
              name,
              "the Trained Model \""
                  + name
                  + "\" is invalid: a Trained Model name must consist of alphanumeric characters,"
                  + " '_', or '-'. (e.g. \"my-Name\" or \"abc_123\", regex used for validation is"
                  + " '^"
                  + NAME
                  + "$')"));
    }
    FieldPath model = FieldPath.of("spec", "model");
    String uri = Json.text(object, "spec", "model", "storageUri");
    if (SCHEMES.stream().noneMatch(uri::startsWith)) {
      problems.add(
          Problem.invalid(
              model.field("storageUri"),
              uri,
              "the Trained Model \""
                  + name
                  + "\" storageUri field is invalid. The storage uri must start with one of the"
                  + " prefixes: s3://, gs://, https://, http://. (the storage uri given is \""
                  + uri
                  + "\")"));
    }
    if (Json.text(object, "spec", "inferenceService").isEmpty()) {
      problems.add(
          Problem.required(FieldPath.of("spec", "inferenceService"), "the service it is added to"));
    }
    memory(admitting, name, object, model.field("memory"), problems);
    return problems;
  }

  private static void memory(
      Admitting admitting, String name, ObjectNode object, FieldPath at, List<Problem> problems) {
    String written = written(object);
    Optional<Quantity> now = Quantity.parse(written);
    if (now.isEmpty()) {
      problems.add(Problem.invalid(at, written, "must be a quantity, such as 1Gi"));
      return;
    }
    Optional<Quantity> earlier = admitting.before().flatMap(old -> Quantity.parse(written(old)));
    if (earlier.isPresent() && !earlier.get().equals(now.get())) {
      problems.add(
          Problem.invalid(
              at,
              written,
              "the Trained Model \""
                  + name
                  + "\" memory field is immutable. The memory was \""
                  + earlier.get()
                  + "\" but it is updated to \""
                  + now.get()
                  + "\""));
    }
  }

  private static String written(ObjectNode object) {
    return object.path("spec").path("model").path("memory").asString("");
  }
}
