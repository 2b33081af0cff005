package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class StatusPatchTest {
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1}         | {"a":1}         | {}              | nothing differs
          {"a":1}         | {"a":2,"b":3}   | {"a":2,"b":3}   | changed and new
          {"a":1,"b":2}   | {"a":1}         | {"b":null}      | gone
          {"o":{"x":1}}   | {"o":{"y":2}}   | {"o":{"x":null,"y":2}} | within an object
          {"l":[1,2]}     | {"l":[2]}       | {"l":[2]}       | lists are replaced whole
          {"o":{"x":1}}   | {"o":"text"}    | {"o":"text"}    | another type
          {}              | {"o":{"x":1}}   | {"o":{"x":1}}   | from nothing
          """)
  void between(String before, String after, String patch, String why) {
    assertThat(StatusPatch.between(tree(before), tree(after))).as(why).isEqualTo(tree(patch));
  }

  private static JsonNode tree(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
