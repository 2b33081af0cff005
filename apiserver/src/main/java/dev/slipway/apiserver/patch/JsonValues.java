package dev.slipway.apiserver.patch;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Equality and order of JSON values by what they mean: `1`, `1L` and `1.0` are one number, and
/// the order of an object's fields does not matter.
///
/// Jackson's own `equals` tells an `IntNode` from a `LongNode`, which would make a tree built in
/// code differ from the same tree parsed from text.
public final class JsonValues {
  private JsonValues() {}

  /// Whether two values mean the same.
  @SuppressWarnings("ReferenceEquality") // a shared node needs no walk
  public static boolean equal(JsonNode left, JsonNode right) {
    if (left == right) {
      return true;
    }
    return switch (left) {
      case ObjectNode object -> right instanceof ObjectNode other && sameFields(object, other);
      case ArrayNode array -> right instanceof ArrayNode other && sameElements(array, other);
      default ->
          (left.isNumber() && right.isNumber())
              ? (compareNumbers(left, right) == 0)
              : left.equals(right);
    };
  }

  /// A total order over scalars: numbers, then text, booleans, lists, objects, null. Lists and
  /// objects are ordered by their text, which is enough to be total.
  public static int compare(JsonNode left, JsonNode right) {
    int rank = rank(left);
    int order = Integer.compare(rank, rank(right));
    if (order != 0) {
      return order;
    }
    return switch (rank) {
      case 0 -> compareNumbers(left, right);
      case 1 -> compareText(left.stringValue(), right.stringValue());
      case 2 -> Boolean.compare(left.booleanValue(), right.booleanValue());
      case 5 -> 0;
      default -> equal(left, right) ? 0 : compareText(left.toString(), right.toString());
    };
  }

  /// Order of two texts by code point, as their UTF-8 bytes compare.
  public static int compareText(String left, String right) {
    int shared = Math.min(left.length(), right.length());
    for (int i = 0; i < shared; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogate = Character.isSurrogate(a) != Character.isSurrogate(b);
        return surrogate ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  private static int rank(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> 0;
      case STRING -> 1;
      case BOOLEAN -> 2;
      case ARRAY -> 3;
      case OBJECT, POJO, BINARY -> 4;
      case NULL, MISSING -> 5;
    };
  }

  private static int compareNumbers(JsonNode left, JsonNode right) {
    if (left.canConvertToLong()
        && right.canConvertToLong()
        && left.isIntegralNumber()
        && right.isIntegralNumber()) {
      return Long.compare(left.longValue(), right.longValue());
    }
    return decimal(left).compareTo(decimal(right));
  }

  private static BigDecimal decimal(JsonNode number) {
    return number.isFloatingPointNumber() && !number.isBigDecimal()
        ? BigDecimal.valueOf(number.doubleValue())
        : number.decimalValue();
  }

  private static boolean sameFields(ObjectNode left, ObjectNode right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> field : left.properties()) {
      @Nullable JsonNode other = right.get(field.getKey());
      if (other == null || !equal(field.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameElements(ArrayNode left, ArrayNode right) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<JsonNode> others = right.iterator();
    for (JsonNode each : left) {
      if (!equal(each, others.next())) {
        return false;
      }
    }
    return true;
  }
}
