package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.custom.ConversionWebhook;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks the webhook of a CustomResourceDefinition to convert objects, by `ConversionReview` of
/// `apiextensions.k8s.io/v1`.
public final class ConversionCaller implements ConversionWebhook {
  private static final String API = "apiextensions.k8s.io/v1";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final WebhookCaller caller;

  public ConversionCaller(ServiceResolver services) {
    this.caller = new WebhookCaller(services);
  }

  @Override
  public ObjectNode convert(ObjectNode definition, ObjectNode object, String wantedApiVersion) {
    JsonNode config = definition.path("spec").path("conversion").path("webhook");
    String uid = UUID.randomUUID().toString();
    ObjectNode review = Json.object().put("kind", "ConversionReview").put("apiVersion", API);
    ObjectNode request = review.putObject("request").put("uid", uid);
    request.put("desiredAPIVersion", wantedApiVersion).putArray("objects").add(object);
    try {
      var client = Webhook.Client.read(config.path("clientConfig"));
      JsonNode answer = Json.parse(caller.post(client, TIMEOUT, Json.bytes(review)));
      return converted(answer.path("response"), uid, wantedApiVersion);
    } catch (WebhookFailure | JacksonException failed) {
      throw refused(definition, object, wantedApiVersion, String.valueOf(failed.getMessage()));
    }
  }

  private static ObjectNode converted(JsonNode response, String uid, String wanted)
      throws WebhookFailure {
    if (!Json.text(response, "uid").equals(uid)) {
      throw new WebhookFailure("the answer is to another request");
    }
    if (!Json.text(response, "result", "status").equals("Success")) {
      throw new WebhookFailure(Json.text(response, "result", "message"));
    }
    JsonNode objects = response.path("convertedObjects");
    if (objects.size() == 1
        && objects.path(0) instanceof ObjectNode object
        && Json.text(object, "apiVersion").equals(wanted)) {
      return object;
    }
    throw new WebhookFailure("the answer holds no object of " + wanted);
  }

  private static ApiException refused(
      ObjectNode definition, ObjectNode object, String wanted, String why) {
    return ApiException.internal(
        "conversion webhook for "
            + Json.text(object, "apiVersion")
            + ", Kind="
            + Json.text(definition, "spec", "names", "kind")
            + " failed to convert to "
            + wanted
            + ": "
            + why);
  }
}
