package dev.slipway.inference.codec.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Our reader and writer against the JDK's numbers and Jackson's documents.
final class JsonAgreementTest {
  private static final int NUMBERS = 500_000;
  private static final int DOCUMENTS = 3_000;
  private static final String[] SEPARATORS = {",", ", ", " ,", ",\n  ", ",  "};

  private static JsonReader reader(String text) {
    return new JsonReader(text.getBytes(StandardCharsets.UTF_8), JsonOptions.STRICT);
  }

  private static Random seeded() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  private static void sameNumber(String text) {
    assertThat(Double.doubleToRawLongBits(reader(text).readDouble()))
        .as(text)
        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    assertThat(Float.floatToRawIntBits(reader(text).readFloat()))
        .as(text)
        .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(text)));
  }

  private static void check(String text) {
    double ours = reader(text).readDouble();
    float narrow = reader(text).readFloat();
    if (Double.doubleToRawLongBits(ours) != Double.doubleToRawLongBits(Double.parseDouble(text))
        || Float.floatToRawIntBits(narrow) != Float.floatToRawIntBits(Float.parseFloat(text))) {
      sameNumber(text);
    }
  }

  @Test
  void numbersAreTheJdksToTheLastBit() {
    var random = seeded();
    for (int i = 0; i < NUMBERS; i++) {
      double wide = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(wide)) {
        check(Double.toString(wide));
      }
      float narrow = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(narrow)) {
        check(Float.toString(narrow));
      }
      check(Double.toString(random.nextGaussian()));
      check(Float.toString(random.nextFloat()));
      check(digits(random));
    }
  }

  /// Digits in all amounts, where the ways of computing meet.
  private static String digits(Random random) {
    var text = new StringBuilder(random.nextBoolean() ? "-" : "");
    int whole = random.nextInt(12);
    text.append(whole == 0 ? "0" : Integer.toString(1 + random.nextInt(9)));
    for (int i = 1; i < whole; i++) {
      text.append((char) ('0' + random.nextInt(10)));
    }
    int fraction = random.nextInt(24);
    text.append(fraction == 0 ? "" : ".");
    boolean zeros = random.nextInt(4) == 0;
    for (int i = 0; i < fraction; i++) {
      text.append((char) ('0' + (zeros && i < 6 ? 0 : random.nextInt(10))));
    }
    if (random.nextInt(3) == 0) {
      text.append(random.nextBoolean() ? "e" : "E").append(random.nextInt(60) - 30);
    }
    return text.toString();
  }

  @Test
  void hardNumbersAreTheJdksToo() {
    for (var text :
        new String[] {
          "0",
          "-0",
          "-0.0",
          "0e5",
          "5e-324",
          "2.4703282292062327e-324",
          "1.7976931348623157e308",
          "1.7976931348623159e308",
          "1e400",
          "-1e400",
          "1e-400",
          "2.2250738585072011e-308",
          "9007199254740993",
          "9007199254740992",
          "18446744073709551615",
          "123456789012345678901",
          "16777217",
          "16777217.0",
          "33554435",
          "1.00000005960464477539",
          "7.038531e-26",
          "1.17549429e-38",
          "1.401298464324817e-45",
          "7.006492321624085e-46",
          "3.4028236e38",
          "0.000000000000000000000000000000000000000000001",
          "8388608.5",
          "8388609.5",
          "1" + "0".repeat(400),
          "0." + "0".repeat(400) + "1",
          "1." + "0".repeat(400) + "e400",
          "0." + "0".repeat(1000) + "1e1001",
          "9".repeat(2000)
        }) {
      sameNumber(text);
    }
    assertThat(reader("0." + "0".repeat(100_050) + "1e" + "1000000").readDouble()).isInfinite();
  }

  @Test
  void floatsBetweenTwoFloatsRoundOnce() {
    var random = seeded();
    for (int i = 0; i < NUMBERS / 10; i++) {
      float low = Math.abs(Float.intBitsToFloat(random.nextInt()));
      if (low < 1e-8f || low > 1e15f || Float.isNaN(low)) {
        continue;
      }
      var middle = new java.math.BigDecimal(((double) low + Math.nextUp(low)) / 2);
      check(middle.toPlainString());
      check(middle.toPlainString() + (middle.scale() > 0 ? "1" : ".1"));
    }
  }

  @Test
  void tensorsOfNumbersAreTheJdksElementByElement() {
    var random = seeded();
    for (int i = 0; i < DOCUMENTS * 10; i++) {
      int count = 1 + random.nextInt(12);
      var numbers = new String[count];
      for (int j = 0; j < count; j++) {
        numbers[j] = number(random);
      }
      var separator = SEPARATORS[random.nextInt(SEPARATORS.length)];
      var text = "[" + String.join(separator, numbers) + (random.nextBoolean() ? "]" : " ]");
      assertThat(tensor(text, DataType.FP64, count).doubles())
          .as(text)
          .isEqualTo(Arrays.stream(numbers).mapToDouble(Double::parseDouble).toArray());
      var floats = new float[count];
      for (int j = 0; j < count; j++) {
        floats[j] = Float.parseFloat(numbers[j]);
      }
      assertThat(tensor(text, DataType.FP32, count).floats()).as(text).isEqualTo(floats);
    }
  }

  /// Behind the document lie digits that are not its own.
  @Test
  void tensorsCutAnywhereAreRefused() {
    var text = "[-1.5,0.0078125, 12345678,0.123456789012345678,1e3,7.25,99.123456789]";
    var bytes = (text + "9,9.99999999999999999999").getBytes(StandardCharsets.UTF_8);
    for (var type : new DataType[] {DataType.FP32, DataType.FP64}) {
      for (int length = 1; length < text.length(); length++) {
        var reader = new JsonReader(bytes, 0, length, JsonOptions.LENIENT);
        assertThatThrownBy(() -> TensorReader.read(reader, "x", type, new long[] {7}))
            .as(text.substring(0, length))
            .isInstanceOf(InvalidInputException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1.5,01.25,2.5,3.5,4.5]",
        "[1.5,-,2.5,3.5,4.5]",
        "[1.5,.5,2.5,3.5,4.5]",
        "[1.5,2.,2.5,3.5,4.5]",
        "[1.5,2..5,2.5,3.5,4.5]",
        "[1.5,2.5.5,2.5,3.5,4.5]",
        "[1.5,--2.5,2.5,3.5,4.5]",
        "[1.5,2.5a,2.5,3.5,4.5]",
        "[1.5 2.5,2.5,3.5,4.5,5.5]",
        "[1.5,,2.5,3.5,4.5,5.5]",
        "[1.5,2.5,3.5,4.5,5.5,]",
        "[1.5,2.5,3.5,4.5,00.5]"
      })
  void whatIsNoNumberIsRefusedAmongThoseThatAre(String text) {
    assertThatThrownBy(() -> tensor(text, DataType.FP32, 5))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> tensor(text, DataType.FP64, 5))
        .isInstanceOf(InvalidInputException.class);
  }

  private static Tensor tensor(String text, DataType type, int count) {
    return TensorReader.read(reader(text), "x", type, new long[] {count});
  }

  /// A number as some library writes it.
  private static String number(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> Float.toString(random.nextFloat());
      case 1 -> Double.toString(random.nextDouble());
      case 2 -> Integer.toString(random.nextInt(256));
      case 3 -> Double.toString(random.nextGaussian());
      case 4 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 5 -> String.format(Locale.ROOT, "%." + random.nextInt(20) + "f", random.nextGaussian());
      default -> digits(random);
    };
  }

  @Test
  void documentsAreJacksonsBothWays() {
    var random = seeded();
    for (int i = 0; i < DOCUMENTS; i++) {
      var value = document(random, 0);
      var writer = new JsonWriter(16);
      writer.any(value);
      assertThat(plain(Json.parse(writer.toBytes()))).isEqualTo(value);
      var theirs = Json.MAPPER.writeValueAsBytes(value instanceof JsonNull ? null : value);
      assertThat(read(theirs.length == 0 ? writer.toBytes() : theirs)).isEqualTo(value);
      assertThat(read(writer.toBytes())).isEqualTo(value);
    }
  }

  private static Object read(byte[] bytes) {
    var reader = new JsonReader(bytes, JsonOptions.STRICT);
    var value = reader.readValue();
    reader.end();
    return value;
  }

  private static Object document(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0 -> random.nextLong() >> random.nextInt(64);
      case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      case 2, 3 -> text(random);
      case 4 -> random.nextBoolean();
      case 5 ->
          java.util.stream.IntStream.range(0, random.nextInt(6))
              .mapToObj(_ -> document(random, depth + 1))
              .toList();
      default -> {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(6); i > 0; i--) {
          fields.put(text(random), document(random, depth + 1));
        }
        yield fields;
      }
    };
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      int point =
          switch (random.nextInt(8)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> 0x80 + random.nextInt(0x700);
            case 2 -> 0xE000 + random.nextInt(0x1000);
            case 3 -> 0x10000 + random.nextInt(0x100000);
            default -> 'a' + random.nextInt(26);
          };
      text.appendCodePoint(point);
    }
    return text.toString();
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      var fields = new LinkedHashMap<String, Object>();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        fields.put(field.getKey(), plain(field.getValue()));
      }
      return fields;
    }
    if (node.isArray()) {
      return node.valueStream().map(JsonAgreementTest::plain).toList();
    }
    if (node.isString()) {
      return node.stringValue();
    }
    return node.isBoolean()
        ? (Object) node.booleanValue()
        : node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
  }

  @Test
  void everyCutOfADocumentIsRefused() {
    var bytes =
        "{\"a\":[1.25,-3e2,\"x\\u00e9\\ud83d\\ude00\",true],\"b\":{\"c\":null},\"é\":[[]]}"
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      var cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void mutatedDocumentsAreReadOrRefused() {
    var random = seeded();
    var bytes =
        "{\"a\":[1.25,-3e2,\"x\\u00e9\\ud83d\\ude00 é中😀\",true],\"b\":{\"c\":null},\"d\":NaN}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < NUMBERS / 5; i++) {
      var mutated = bytes.clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        var reader = new JsonReader(mutated, JsonOptions.LENIENT);
        var value = reader.readValue();
        reader.end();
        assertThat(value).isNotNull();
      } catch (InvalidInputException refused) {
        assertThat(refused).hasMessageContaining("at byte");
      }
    }
  }
}
