package dev.slipway.controllers.katib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Paths and what they lead to. Upstream's cases: `SYNTAX.md` of tidwall/gjson, and the conditions
/// of Katib's defaults and examples.
final class GjsonPathTest {
  private static final JsonNode ROOT =
      Json.parseObject(
          """
          {
            "name": {"first": "Tom", "last": "Anderson"},
            "age": 37,
            "children": ["Sara", "Alex", "Jack"],
            "fav.movie": "Deer Hunter",
            "friends": [
              {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
              {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
              {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]}
            ],
            "status": {"conditions": [
              {"type": "Complete", "status": "True", "reason": "Done"},
              {"type": "Failed", "status": "False"}
            ]}
          }
          """);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = "  ",
      quoteCharacter = '`',
      textBlock =
          """
          name.last  "Anderson"
          age  37
          children.#  3
          children.1  "Alex"
          children|1  "Alex"
          fav\\.movie  "Deer Hunter"
          friends.#.first  ["Dale","Roger","Jane"]
          friends.1.last  "Craig"
          friends.#(last=="Murphy").first  "Dale"
          friends.#(last=="Murphy")#.first  ["Dale","Jane"]
          friends.#(age>45)#.last  ["Craig","Murphy"]
          friends.#(first%"D*").last  "Murphy"
          friends.#(first!%"D*").last  "Craig"
          friends.#(last=="Murphy")#|0.first  "Dale"
          friends.#(nets.#(=="fb"))#.first  ["Dale","Roger"]
          friends.#(last=="Nobody")#  []
          status.conditions.#(type=="Complete")#|#(status=="True")#  [{"type":"Complete","status":"True","reason":"Done"}]
          status.conditions.#(type=="Failed")#|#(status=="True")#  []
          """)
  void leadsTo(String path, String expected) {
    assertThat(GjsonPath.find(ROOT, path).toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"nobody", "name.middle", "children.9", "friends.#(last", "age.x", "name.#"})
  void leadsNowhere(String path) {
    assertThat(GjsonPath.find(ROOT, path).isMissingNode()).isTrue();
  }
}
