package dev.slipway.inference.codec.json;

/// What the next value is, judged by its first byte.
public enum JsonKind {
  OBJECT("an object"),
  ARRAY("an array"),
  STRING("a string"),
  /// Also the tokens `NaN`, `Infinity` and `-Infinity` where they are allowed.
  NUMBER("a number"),
  BOOLEAN("a boolean"),
  NULL("null"),
  /// No value: the end of the text, a closing bracket, or a byte no value starts with.
  NONE("no value");

  private final String words;

  JsonKind(String words) {
    this.words = words;
  }

  /// `a number`.
  public String words() {
    return words;
  }
}
