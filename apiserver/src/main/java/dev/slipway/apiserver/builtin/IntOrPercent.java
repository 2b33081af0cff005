package dev.slipway.apiserver.builtin;

/// Fields that hold a number or a percentage.
public final class IntOrPercent {
  private IntOrPercent() {}

  /// Not negative, or a well-formed percentage.
  public static void judge(Field field, Problems problems) {
    if (field.isText()) {
      problems.sentences(field, Names.percent(field.text()));
    } else {
      problems.notNegative(field);
    }
  }

  /// At most 100%, where it is a percentage.
  public static void atMostAll(Field field, Problems problems) {
    if (field.isText() && Names.percent(field.text()).isEmpty() && number(field) > 100) {
      problems.invalid(field, "must not be greater than 100%");
    }
  }

  /// The number, or the number of percents; 0 where it is neither.
  public static long number(Field field) {
    if (!field.isText()) {
      return field.number(0);
    }
    String text = field.text();
    return text.matches("[0-9]{1,9}%") ? Long.parseLong(text.substring(0, text.length() - 1)) : 0;
  }

  /// A port number, or the name of a port.
  public static void judgePort(Field field, Problems problems) {
    if (field.isText()) {
      problems.sentences(field, Names.portName(field.text()));
    } else {
      problems.sentences(field.path(), field.number(0), Names.port(field.number(0)));
    }
  }
}
