package dev.slipway.inference.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextProtoTest {
  private static String parse(String text) throws TextProtoException {
    return TextProto.parse(TritonSchema.SCHEMA, "ModelConfig", text).toString();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name: "a" # rest                      | {"name":"a"}                            | comment
          name: "a" "b" 'c'                     | {"name":"abc"}                          | joined strings
          name: "\\x41\\102\\n\\u00e9"          | {"name":"AB\\né"}                       | escapes
          max_batch_size: 0x10                  | {"max_batch_size":16}                   | hexadecimal
          max_batch_size: 010                   | {"max_batch_size":8}                    | octal
          max_batch_size: - 3                   | {"max_batch_size":-3}                   | sign apart
          input [{name:"a"},{name:"b"}]         | {"input":[{"name":"a"},{"name":"b"}]}   | list of messages
          input <name:"a";> input {name:"b"}    | {"input":[{"name":"a"},{"name":"b"}]}   | angles, repeats
          input { dims: [1, -1] dims: 3 }       | {"input":[{"dims":[1,-1,3]}]}           | lists join
          input { dims: [] }                    | {"input":[{"dims":[]}]}                 | empty list
          input { data_type: TYPE_FP32 }        | {"input":[{"data_type":"TYPE_FP32"}]}   | enum by name
          input { data_type: 11 }               | {"input":[{"data_type":"TYPE_FP32"}]}   | enum by number
          input { optional: t }                 | {"input":[{"optional":true}]}           | short true
          parameters { key: "a" value: { string_value: "b" } } | {"parameters":{"a":{"string_value":"b"}}} | map
          parameters: { value { } key: "a" }    | {"parameters":{"a":{}}}                 | map, other order
          sequence_batching { direct { minimum_slot_utilization: .5f } } | {"sequence_batching":{"direct":{"minimum_slot_utilization":0.5}}} | float
          version_policy { all { } }            | {"version_policy":{"all":{}}}           | empty message
          """)
  void readsWhatTheFormatAllows(String text, String json, String why) throws Exception {
    assertThat(parse(text)).as(why).isEqualTo(json);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name: "a" max_batch: 4     | line 1, column 11: unknown field "max_batch" of ModelConfig (did you mean "max_batch_size"?)
          name: a                    | line 1, column 7: "name" is a string, found "a" without quotes
          name "a"                   | line 1, column 6: expected ":" after "name", found a string
          name: "a                   | line 1, column 7: a string is not closed
          name: "a" name: "b"        | line 1, column 11: the field "name" is given twice
          input { data_type: FP32 }  | line 1, column 20: "data_type" has the value "FP32" (expected one of TYPE_INVALID
          max_batch_size: 1.5        | line 1, column 17: "max_batch_size" is a whole number, found "1.5"
          max_batch_size: 9999999999 | "max_batch_size" is of type int32, which 9999999999 is not
          input {                    | line 1, column 8: expected "}", found the end
          input { name: "a" >        | expected the name of a field of Input, found ">"
          version_policy { all {} latest {} } | "latest" is given along with "all", expected one
          dynamic_batching { } sequence_batching { } | "sequence_batching" is given along with "dynamic_batching"
          response_cache { enable: 2 } | "enable" is true or false, found "2"
          name: ["a"]                | "name" is one value, found a list
          @                          | line 1, column 1: unexpected character '@'
          """)
  void namesThePlaceAndWhatWasExpected(String text, String message) {
    assertThat(catchThrowableOfType(TextProtoException.class, () -> parse(text)))
        .hasMessageContaining(message);
  }

  @Test
  void depthIsBounded() {
    String deep = "a { a: <".repeat(100_000);
    Schema loop = Schema.of("message A\n  A* a");
    assertThat(
            catchThrowableOfType(TextProtoException.class, () -> TextProto.parse(loop, "A", deep)))
        .hasMessageContaining("nested deeper than 64");
  }

  @Test
  void anyTextIsReadOrRefused() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    String alphabet = "{}<>[]:,;\"'\\#\n 01x-.eabf/ \u00e9";
    String[] words = {
      "name", "input", "dims", "parameters", "key", "value", "data_type", "TYPE_FP32"
    };
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        if (random.nextInt(3) == 0) {
          text.append(words[random.nextInt(words.length)]);
        } else {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
      }
      try {
        parse(text.toString());
      } catch (TextProtoException e) {
        assertThat(e.getMessage()).startsWith("line ");
      }
    }
  }
}
