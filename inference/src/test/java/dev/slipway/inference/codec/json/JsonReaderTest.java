package dev.slipway.inference.codec.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {
  private static JsonReader reader(String text) {
    return new JsonReader(text.getBytes(StandardCharsets.UTF_8), JsonOptions.LENIENT);
  }

  private static Object value(byte[] bytes, JsonOptions options) {
    var reader = new JsonReader(bytes, options);
    var value = reader.readValue();
    reader.end();
    return value;
  }

  private static Object value(String text) {
    return value(text.getBytes(StandardCharsets.UTF_8), JsonOptions.STRICT);
  }

  @Test
  void readsEveryKindOfValue() {
    assertThat(value(" {\"a\" : [1, -2.5, \"x\", true, false, null], \"b\":{}, \"c\":[]} "))
        .isEqualTo(
            Map.of(
                "a",
                List.of(1L, -2.5, "x", true, false, JsonNull.NULL),
                "b",
                Map.of(),
                "c",
                List.of()));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "plain"                | plain  | ASCII
          "\\u00e9\\u4e2d"       | é中    | escapes of two and three bytes
          "\\ud83d\\ude00"       | 😀     | a surrogate pair is one character
          "😀é"                  | 😀é    | bytes beyond ASCII
          "a\\"b\\\\c\\/d"       | a"b\\c/d | quotes, backslashes, slashes
          "12345678\\u0041"      | 12345678A | an escape behind a whole word
          """)
  void strings(String text, String expected, String why) {
    assertThat(value(text)).as(why).isEqualTo(expected);
    assertThat(reader(text).readBytes()).isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void controlCharactersComeByTheirEscapes() {
    assertThat(value("\"\\b\\f\\n\\r\\t\\u0000\"")).isEqualTo("\b\f\n\r\t\0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "]",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "[1}",
        "{\"a\":1]",
        "tru",
        "truth",
        "nul",
        "fals",
        "True",
        "01",
        "-",
        "-a",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "1.e3",
        "00",
        "-01",
        "0x10",
        "1_000",
        "NaN",
        "Infinity",
        "-Infinity",
        "\"",
        "\"abc",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\\ud800\"",
        "\"\\ud800x\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\t\"",
        "'a'",
        "1 1",
        "{} []",
        "/**/1",
        "[1]x",
        "\uFEFF1"
      })
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> value(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at byte");
    assertThatThrownBy(
            () -> {
              var reader =
                  new JsonReader(text.getBytes(StandardCharsets.UTF_8), JsonOptions.STRICT);
              reader.skip();
              reader.end();
            })
        .as("also where it is skipped")
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "c0af, an overlong slash",
    "c1bf, an overlong letter",
    "e08080, overlong in three bytes",
    "f0808080, overlong in four bytes",
    "eda080, a surrogate",
    "f4908080, beyond U+10FFFF",
    "f8888080, a lead of five bytes",
    "80, a byte that continues nothing",
    "c3, a cut character",
    "e4b8, a cut character of three",
    "ff, no lead at all"
  })
  void refusesTextThatIsNotUtf8(String hex, String why) {
    var middle = java.util.HexFormat.of().parseHex(hex);
    var bytes = new byte[middle.length + 12];
    Arrays.fill(bytes, (byte) 'a');
    bytes[0] = '"';
    bytes[bytes.length - 1] = '"';
    System.arraycopy(middle, 0, bytes, 5, middle.length);
    assertThatThrownBy(() -> value(bytes, JsonOptions.STRICT))
        .as(why)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void saysWhatWasExpectedAndWhere() {
    var reader = reader("{\n  \"a\": oops}");
    reader.about("field a");
    reader.beginObject();
    reader.nextField();
    assertThatThrownBy(reader::readDouble)
        .hasMessage("field a: expected a number, found oops at byte 9 (line 2, column 8)");
  }

  @Test
  void nestingEndsAtTheLimit() {
    int depth = JsonOptions.STRICT.maxDepth();
    assertThat(value("[".repeat(depth) + "]".repeat(depth))).isNotNull();
    for (var bracket : List.of("[", "{\"a\":")) {
      assertThatThrownBy(() -> value(bracket.repeat(1_000_000)))
          .hasMessageContaining("nested deeper than " + depth);
    }
  }

  @Test
  void staysWithinItsStretch() {
    var bytes = "xx[12]34]".getBytes(StandardCharsets.UTF_8);
    var reader = new JsonReader(bytes, 2, 4, JsonOptions.STRICT);
    assertThat(reader.readValue()).isEqualTo(List.of(12L));
    reader.end();
    var cut =
        new JsonReader(
            "1234567890123456".getBytes(StandardCharsets.UTF_8), 0, 3, JsonOptions.STRICT);
    assertThat(cut.readLong()).isEqualTo(123);
    var fraction =
        new JsonReader(
            "1.234567890123456".getBytes(StandardCharsets.UTF_8), 0, 4, JsonOptions.STRICT);
    assertThat(fraction.readDouble()).isEqualTo(1.23);
  }

  @Test
  void tokensAreNumbersWhereAllowed() {
    for (var form : List.of("NaN", "\"NaN\"", "null")) {
      assertThat(reader(form).readDouble()).isNaN();
      assertThat(reader(form).readFloat()).isNaN();
    }
    assertThat(reader("Infinity").readDouble()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(reader("\"-Infinity\"").readFloat()).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(reader("[-Infinity,NaN]").readValue().toString()).isEqualTo("[-Infinity, NaN]");
    assertThatThrownBy(() -> reader("\"NaN").readDouble()).hasMessageContaining("a number");
    assertThatThrownBy(() -> reader("NaN").readLong()).hasMessageContaining("an integer");
    assertThatThrownBy(() -> reader("-Inf").readDouble()).hasMessageContaining("expected");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "9223372036854775807, 9223372036854775807, the greatest",
    "-9223372036854775808, -9223372036854775808, the least",
    "9007199254740993, 9007199254740993, beyond a double's digits",
    "-0, 0, a zero has no sign",
    "2.0, 2, an integral fraction",
    "1e3, 1000, an exponent",
    "1200e-2, 12, a negative exponent",
    "0.0, 0, a fraction of nothing",
  })
  void longs(String text, long expected, String why) {
    assertThat(reader(text).readLong()).as(why).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808", "-9223372036854775809", "1.5", "1e19", "1e-1", "1e999999999",
        "1e-999999999", "0.1e400", "\"1\"", "true", "null", "1e1000"
      })
  void refusesWhatIsNoLong(String text) {
    assertThatThrownBy(() -> reader(text).readLong())
        .hasMessageStartingWith("JSON: expected an integer from -9223372036854775808 to")
        .hasMessageContaining("found " + text.substring(0, Math.min(text.length(), 8)));
  }

  @Test
  void unsignedLongsGoToTheLastBit() {
    assertThat(reader("18446744073709551615").readUnsignedLong()).isEqualTo(-1);
    assertThat(reader("0").readUnsignedLong()).isZero();
    for (var wrong : List.of("18446744073709551616", "-1", "0.5")) {
      assertThatThrownBy(() -> reader(wrong).readUnsignedLong())
          .hasMessageContaining("from 0 to 18446744073709551615");
    }
  }

  @Test
  void findsNamesHoweverTheyAreWritten() {
    var names = JsonNames.of("id", "inputs");
    var reader = reader("{\"inputs\":1,\"\\u0069d\":2,\"other\":3,\"\":4}");
    reader.beginObject();
    assertThat(reader.nextField(names)).isEqualTo(1);
    reader.skip();
    assertThat(reader.nextField(names)).isZero();
    reader.skip();
    assertThat(reader.nextField(names)).isEqualTo(JsonNames.UNKNOWN);
    assertThat(reader.name()).isEqualTo("other");
    reader.skip();
    assertThat(reader.nextField(names)).isEqualTo(JsonNames.UNKNOWN);
    reader.skip();
    assertThat(reader.nextField(names)).isEqualTo(JsonNames.END);
    reader.end();
  }
}
