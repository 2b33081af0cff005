package dev.slipway.dataplane.server.v2;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Triton's generate extension: the fields of an object are the model's inputs, the outputs come
/// back
/// as fields; as one answer or as server-sent events. A field that is no input is a parameter.
final class V2Generate {
  private final Models models;
  private final ModelServerSettings settings;

  V2Generate(Models models, ModelServerSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  void once(ModelPath where, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var turn = new Turn(models.serving(where.name(), where.version()));
    try {
      var outputs = turn.infer(read(turn, request), Callers.of(response));
      var body = answer(turn, outputs);
      turn.done();
      JsonAnswers.send(body, response);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  void stream(ModelPath where, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var turn = new Turn(models.serving(where.name(), where.version()));
    try {
      var call = read(turn, request);
      turn.servable().stream(call, outputs -> event(answer(turn, outputs), response));
      turn.done();
      response.end();
    } catch (RuntimeException problem) {
      if (response.committed() && !(problem instanceof Response.ClientGoneException)) {
        event(Json.object().put("error", Failure.of(problem).message()), response);
        response.end();
      }
      throw turn.failed(problem);
    }
  }

  private static void event(ObjectNode data, Response response) {
    if (!response.committed()) {
      response.header("content-type", "text/event-stream").header("cache-control", "no-cache");
    }
    var text = "data: " + new String(Json.bytes(data), StandardCharsets.UTF_8) + "\n\n";
    response.write(text.getBytes(StandardCharsets.UTF_8));
    response.flush();
  }

  private Invocation read(Turn turn, Request request) {
    JsonNode body;
    try {
      body = Json.parse(request.body(settings.maxRequestBytes()));
    } catch (JacksonException problem) {
      throw new InvalidInputException("the body is no JSON: " + problem.getOriginalMessage());
    }
    if (!(body instanceof ObjectNode fields)) {
      throw new InvalidInputException("expected a JSON object with the model's inputs as fields");
    }
    var specs = turn.servable().signature("").inputs();
    var inputs = new ArrayList<Tensor>();
    var parameters = new LinkedHashMap<String, Object>();
    for (var field : fields.properties()) {
      var spec = specs.stream().filter(each -> each.name().equals(field.getKey())).findFirst();
      if (spec.isPresent()) {
        inputs.add(input(spec.get(), field.getValue()));
      } else {
        parameter(field.getKey(), field.getValue(), parameters);
      }
    }
    return new Invocation(Turn.signature(parameters), inputs, List.of(), parameters);
  }

  private static void parameter(String name, JsonNode value, Map<String, Object> target) {
    switch (value) {
      case ObjectNode nested when name.equals("parameters") ->
          nested.properties().forEach(each -> parameter(each.getKey(), each.getValue(), target));
      case JsonNode text when text.isString() -> target.put(name, text.stringValue());
      case JsonNode truth when truth.isBoolean() -> target.put(name, truth.booleanValue());
      case JsonNode whole when whole.isIntegralNumber() -> target.put(name, whole.asLong(0));
      case JsonNode number when number.isNumber() -> target.put(name, number.doubleValue());
      default -> target.put(name, value.toString());
    }
  }

  private static Tensor input(Signature.Spec spec, JsonNode value) {
    var items = new ArrayList<JsonNode>();
    if (value instanceof ArrayNode array) {
      array.forEach(items::add);
    } else {
      items.add(value);
    }
    var shape = shape(spec, items.size());
    if (spec.type() == DataType.BYTES) {
      return Tensor.ofStrings(
          spec.name(), shape, items.stream().map(JsonNode::asString).toArray(String[]::new));
    }
    var numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!items.get(i).isNumber()) {
        throw new InvalidInputException(
            "input \"" + spec.name() + "\": found " + items.get(i) + ", expected " + spec.type());
      }
      numbers[i] = items.get(i).doubleValue();
    }
    return Tensor.ofDoubles(spec.name(), shape, numbers).cast(spec.type());
  }

  private static long[] shape(Signature.Spec spec, int items) {
    return spec.shape().size() == 2 ? new long[] {1, items} : new long[] {items};
  }

  private static ObjectNode answer(Turn turn, List<Tensor> outputs) {
    var body =
        Json.object()
            .put("model_name", turn.servable().name())
            .put("model_version", turn.servable().version());
    for (var output : outputs) {
      if (output.size() == 1) {
        element(output, 0, value -> body.set(output.name(), value));
      } else {
        var array = body.putArray(output.name());
        for (int i = 0; i < output.size(); i++) {
          element(output, i, array::add);
        }
      }
    }
    return body;
  }

  private static void element(
      Tensor tensor, int index, java.util.function.Consumer<JsonNode> target) {
    var nodes = tools.jackson.databind.node.JsonNodeFactory.instance;
    target.accept(
        switch (tensor.type()) {
          case BYTES -> nodes.stringNode(tensor.text(index));
          case BOOL -> nodes.booleanNode(tensor.bytes()[index] != 0);
          case FP16, BF16, FP32, FP64 -> nodes.numberNode(tensor.asDoubles()[index]);
          case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 ->
              nodes.numberNode(tensor.asLongs()[index]);
        });
  }
}
