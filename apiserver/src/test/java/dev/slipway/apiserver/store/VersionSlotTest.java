package dev.slipway.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionSlotTest {
  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"metadata":{"resourceVersion":"1"}} | {"metadata":{"resourceVersion":"42"}} | replaces
          {"metadata":{"resourceVersion":""}} | {"metadata":{"resourceVersion":"42"}} | replaces empty
          {"metadata":{"resourceVersion":null}} | {"metadata":{"resourceVersion":"42"}} | replaces null
          {"metadata":{"resourceVersion":7}} | {"metadata":{"resourceVersion":"42"}} | replaces a number
          {"metadata":{"resourceVersion":[{"a":"]"}],"x":1}} | {"metadata":{"resourceVersion":"42","x":1}} | replaces whatever is there
          {"metadata":{"name":"x"}} | {"metadata":{"name":"x","resourceVersion":"42"}} | adds to metadata
          {"metadata":{}} | {"metadata":{"resourceVersion":"42"}} | adds to empty metadata
          {"metadata":null,"x":1} | {"metadata":{"resourceVersion":"42"},"x":1} | replaces null metadata
          {} | {"metadata":{"resourceVersion":"42"}} | adds metadata to nothing
          {"kind":"X"} | {"metadata":{"resourceVersion":"42"},"kind":"X"} | adds metadata
          { "a" : 1 , "metadata" : { "resourceVersion" : "1" } } | { "a" : 1 , "metadata" : { "resourceVersion" : "42" } } | tolerates spaces
          {"data":{"metadata":{"resourceVersion":"1"}},"metadata":{}} | {"data":{"metadata":{"resourceVersion":"1"}},"metadata":{"resourceVersion":"42"}} | not the metadata of data
          {"resourceVersion":"1","metadata":{}} | {"resourceVersion":"1","metadata":{"resourceVersion":"42"}} | not a field beside metadata
          {"metadata":{"annotations":{"resourceVersion":"1"}}} | {"metadata":{"annotations":{"resourceVersion":"1"},"resourceVersion":"42"}} | not an annotation
          {"metadata":{"owners":[{"resourceVersion":"1"}],"resourceVersion":"2"}} | {"metadata":{"owners":[{"resourceVersion":"1"}],"resourceVersion":"42"}} | not an element
          {"a":"\\"metadata\\":{","metadata":{"n":"}\\\\","resourceVersion":"1"}} | {"a":"\\"metadata\\":{","metadata":{"n":"}\\\\","resourceVersion":"42"}} | strings with quotes, braces, backslashes
          {"metadata":{"resourceVersions":"1","xresourceVersion":"2"}} | {"metadata":{"resourceVersions":"1","xresourceVersion":"2","resourceVersion":"42"}} | not a longer name
          {"a":["ü{",-1.5e3,true],"metadata":{"resourceVersion":"é"}} | {"a":["ü{",-1.5e3,true],"metadata":{"resourceVersion":"42"}} | beyond ASCII
          """)
  void fill(String json, String expected, String why) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    byte[] filled = VersionSlot.find(bytes).fill(bytes, 42);
    assertThat(new String(filled, StandardCharsets.UTF_8)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "7", "{\"metadata\":\"x\"}", "{\"a\" 1}", "{\"a\":}", "{\"a\":1]"})
  void whatIsNoObjectIsRefused(String json) {
    assertThatThrownBy(() -> VersionSlot.find(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jsonCutBeforeTheFieldIsRefusedAtEveryByte() {
    byte[] json =
        "{\"a\":{\"b\":[1,\"\\\"\"]},\"metadata\":{\"resourceVersion\":\"1\""
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < json.length; length++) {
      byte[] part = Arrays.copyOf(json, length);
      assertThatThrownBy(() -> VersionSlot.find(part)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
