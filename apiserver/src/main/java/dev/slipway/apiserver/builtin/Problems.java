package dev.slipway.apiserver.builtin;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Collects what is wrong with one object, in the order it was found.
public final class Problems {
  static final String NOT_NEGATIVE = "must be greater than or equal to 0";
  static final String IMMUTABLE = "field is immutable";

  private final List<Problem> found = new ArrayList<>();

  /// Everything so far.
  public List<Problem> list() {
    return List.copyOf(found);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public int count() {
    return found.size();
  }

  public void add(Problem problem) {
    found.add(problem);
  }

  public void addAll(Collection<Problem> problems) {
    found.addAll(problems);
  }

  public void required(Field field, String detail) {
    found.add(Problem.required(field.path(), detail));
  }

  /// The field must hold something; says whether it does.
  public boolean demand(Field field) {
    return demand(field, "");
  }

  /// The field must hold something; says whether it does.
  public boolean demand(Field field, String detail) {
    if (!field.filled()) {
      required(field, detail);
      return false;
    }
    return true;
  }

  public void invalid(Field field, String detail) {
    found.add(Problem.invalid(field.path(), field.shown(), detail));
  }

  /// As [#invalid(Field, String)], where absent text is shown as empty text.
  public void invalidText(Field field, String detail) {
    found.add(Problem.invalid(field.path(), field.text(), detail));
  }

  public void invalid(FieldPath path, Object value, String detail) {
    found.add(Problem.invalid(path, value, detail));
  }

  public void forbidden(Field field, String detail) {
    found.add(Problem.forbidden(field.path(), detail));
  }

  public void duplicate(Field field) {
    found.add(Problem.duplicate(field.path(), field.shown()));
  }

  public void notFound(Field field) {
    found.add(Problem.notFound(field.path(), field.shown()));
  }

  /// At most so many elements.
  public void atMost(Field list, int most) {
    if (list.size() > most) {
      found.add(Problem.tooMany(list.path(), list.size(), most));
    }
  }

  public void tooLong(Field field, int most) {
    found.add(Problem.tooLong(field.path(), most));
  }

  /// Not one of the values there are; absent text is shown as `""`.
  public void notSupported(Field field, Collection<String> supported) {
    Object shown = field.present() ? field.shown() : "";
    found.add(Problem.notSupported(field.path(), shown, supported));
  }

  /// The text must be one of these; absent or empty is no problem.
  public void oneOf(Field field, Collection<String> supported) {
    if (field.filled() && !supported.contains(field.text())) {
      notSupported(field, supported);
    }
  }

  /// The text must be there and one of these.
  public void exactlyOneOf(Field field, Collection<String> supported) {
    if (!field.filled()) {
      required(field, "");
    } else {
      oneOf(field, supported);
    }
  }

  /// One problem a sentence.
  public void sentences(Field field, List<String> wrong) {
    for (String each : wrong) {
      found.add(Problem.invalid(field.path(), field.present() ? field.shown() : "", each));
    }
  }

  /// One problem a sentence, about a value that is no field of its own.
  public void sentences(FieldPath path, Object value, List<String> wrong) {
    for (String each : wrong) {
      found.add(Problem.invalid(path, value, each));
    }
  }

  /// The number, where present, must not be negative.
  public void notNegative(Field field) {
    if (field.number(0) < 0) {
      invalid(field, NOT_NEGATIVE);
    }
  }

  /// The number, where present, must be positive.
  public void positive(Field field) {
    if (field.number(1) <= 0) {
      invalid(field, "must be greater than 0");
    }
  }

  /// The field must hold what it held before.
  public void immutable(Field field, Field old) {
    immutable(field, old, IMMUTABLE);
  }

  /// The field must hold what it held before; `detail` says so.
  public void immutable(Field field, Field old, String detail) {
    if (!field.sameAs(old)) {
      invalid(field, detail);
    }
  }
}
