package dev.slipway.base;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// One thing wrong with a user's input: which field, what was found, what was expected.
///
/// The texts follow `k8s.io/apimachinery/pkg/util/validation/field/errors.go`, because clients and
/// people match on them.
///
/// @param found the offending value as text, already quoted where it is a string; empty where the
/// type has no value
/// @param detail what was expected; may be empty
public record Problem(Type type, String field, String found, String detail) {

  /// The cause's `reason` in a Kubernetes `Status`, and the words that open its message.
  public enum Type {
    REQUIRED("FieldValueRequired", "Required value"),
    INVALID("FieldValueInvalid", "Invalid value"),
    TYPE_INVALID("FieldValueTypeInvalid", "Invalid value"),
    NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
    DUPLICATE("FieldValueDuplicate", "Duplicate value"),
    FORBIDDEN("FieldValueForbidden", "Forbidden"),
    TOO_LONG("FieldValueTooLong", "Too long"),
    TOO_MANY("FieldValueTooMany", "Too many"),
    NOT_FOUND("FieldValueNotFound", "Not found"),
    INTERNAL("InternalError", "Internal error");

    private final String reason;
    private final String words;

    Type(String reason, String words) {
      this.reason = reason;
      this.words = words;
    }

    public String reason() {
      return reason;
    }

    private boolean showsValue() {
      return switch (this) {
        case REQUIRED, FORBIDDEN, TOO_LONG, TOO_MANY, INTERNAL -> false;
        case INVALID, TYPE_INVALID, NOT_SUPPORTED, DUPLICATE, NOT_FOUND -> true;
      };
    }
  }

  public static Problem required(FieldPath field, String detail) {
    return new Problem(Type.REQUIRED, field.toString(), "", detail);
  }

  public static Problem invalid(FieldPath field, Object found, String detail) {
    return new Problem(Type.INVALID, field.toString(), quote(found), detail);
  }

  /// A value of the wrong JSON type.
  public static Problem wrongType(FieldPath field, Object found, String detail) {
    return new Problem(Type.TYPE_INVALID, field.toString(), quote(found), detail);
  }

  public static Problem notSupported(FieldPath field, Object found, Collection<String> supported) {
    String choices =
        supported.stream().sorted().map(Problem::quote).collect(Collectors.joining(", "));
    return new Problem(
        Type.NOT_SUPPORTED, field.toString(), quote(found), "supported values: " + choices);
  }

  public static Problem duplicate(FieldPath field, Object found) {
    return new Problem(Type.DUPLICATE, field.toString(), quote(found), "");
  }

  public static Problem forbidden(FieldPath field, String detail) {
    return new Problem(Type.FORBIDDEN, field.toString(), "", detail);
  }

  /// Text longer than allowed.
  public static Problem tooLong(FieldPath field, int maxBytes) {
    return new Problem(
        Type.TOO_LONG, field.toString(), "", "may not be more than " + maxBytes + " bytes");
  }

  /// More elements than allowed.
  public static Problem tooMany(FieldPath field, int found, int most) {
    return new Problem(
        Type.TOO_MANY, field.toString(), "", found + ": must have at most " + most + " items");
  }

  public static Problem notFound(FieldPath field, Object found) {
    return new Problem(Type.NOT_FOUND, field.toString(), quote(found), "");
  }

  /// The message without the field: `Invalid value: "x": must be ...`.
  public String body() {
    var text = new StringBuilder(type.words);
    if (type.showsValue() && !found.isEmpty()) {
      text.append(": ").append(found);
    }
    if (!detail.isEmpty()) {
      text.append(": ").append(detail);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return field.isEmpty() ? body() : field + ": " + body();
  }

  /// All problems in one line, as an `Invalid` status message carries them.
  public static String join(List<Problem> problems) {
    List<String> each = problems.stream().map(Problem::toString).distinct().toList();
    return each.size() == 1 ? each.getFirst() : "[" + String.join(", ", each) + "]";
  }

  private static String quote(Object value) {
    return value instanceof CharSequence text ? '"' + text.toString() + '"' : String.valueOf(value);
  }
}
