package dev.slipway.engines.xgboost;

import dev.slipway.inference.engine.ModelLoadException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads JSON into the form [Node] describes: arrays of numbers become `double[]`, an eighth of
/// what trees of nodes would take.
final class JsonDocument {
  /// Objects and arrays within one another; XGBoost's models have nine.
  static final int DEEPEST = 64;

  private static final int FREE_CONTAINERS = 1000;
  private static final int LEAST_BYTES_PER_CONTAINER = 8;

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final JsonParser parser;
  private final int length;
  private int containers;

  private JsonDocument(JsonParser parser, int length) {
    this.parser = parser;
    this.length = length;
  }

  static Node read(byte[] bytes, int from) throws ModelLoadException {
    try (var parser =
        FACTORY.createParser(ObjectReadContext.empty(), bytes, from, bytes.length - from)) {
      parser.nextToken();
      return new Node("", new JsonDocument(parser, bytes.length).value(0));
    } catch (JacksonException problem) {
      throw new ModelLoadException("not JSON: " + problem.getMessage(), problem);
    }
  }

  /// Refuses what takes far more memory read than as a file.
  ///
  /// @param containers objects and arrays so far
  /// @param length of the file
  static void limit(int depth, int containers, int length) throws ModelLoadException {
    if (depth > DEEPEST) {
      throw new ModelLoadException("nested deeper than " + DEEPEST);
    }
    if (containers > FREE_CONTAINERS + length / LEAST_BYTES_PER_CONTAINER) {
      throw new ModelLoadException(
          "%d objects and arrays in %d bytes (expected a model)".formatted(containers, length));
    }
  }

  private @Nullable Object value(int depth) throws ModelLoadException {
    var token = parser.currentToken();
    limit(depth, token != null && token.isStructStart() ? ++containers : 0, length);
    return switch (token) {
      case null -> throw new ModelLoadException("the file ends within the model");
      case START_OBJECT -> object(depth);
      case START_ARRAY -> array(depth);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new ModelLoadException("found " + token + " (expected a value)");
    };
  }

  private Map<String, @Nullable Object> object(int depth) throws ModelLoadException {
    var members = new LinkedHashMap<String, @Nullable Object>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var key = parser.currentName();
      parser.nextToken();
      members.put(key, value(depth + 1));
    }
    return members;
  }

  private Object array(int depth) throws ModelLoadException {
    var numbers = new Numbers();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      var token = parser.currentToken();
      if (token != null && token.isNumeric()) {
        numbers.add(parser.getDoubleValue());
      } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
        numbers.add(token == JsonToken.VALUE_TRUE ? 1 : 0);
      } else {
        return list(numbers, depth);
      }
    }
    return numbers.array();
  }

  /// The rest of an array in which something is no number.
  private List<@Nullable Object> list(Numbers first, int depth) throws ModelLoadException {
    var list = new ArrayList<@Nullable Object>();
    for (double number : first.array()) {
      list.add(number);
    }
    do {
      list.add(value(depth + 1));
    } while (parser.nextToken() != JsonToken.END_ARRAY);
    return list;
  }

  /// Numbers, growing.
  static final class Numbers {
    private double[] values = new double[16];
    private int size;

    void add(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    double[] array() {
      return Arrays.copyOf(values, size);
    }
  }
}
