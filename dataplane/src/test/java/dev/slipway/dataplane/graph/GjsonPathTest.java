package dev.slipway.dataplane.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class GjsonPathTest {
  /// The document of GJSON's own SYNTAX.md, and what KServe's samples look at.
  private static final String DOCUMENT =
      """
      {
        "name": {"first": "Tom", "last": "Anderson"},
        "age": 37,
        "source": "client",
        "children": ["Sara", "Alex", "Jack"],
        "fav.movie": "Deer Hunter",
        "friends": [
          {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
          {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
          {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]}
        ],
        "instances": [{"intval": 5}, {"intval": 12, "strval": "my-red-server-1", "on": true}]
      }
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          name.last                        ; "Anderson"
          age                              ; 37
          children.0                       ; "Sara"
          children.1                       ; "Alex"
          children.#                       ; 3
          child*.2                         ; "Jack"
          c?ildren.0                       ; "Sara"
          fav\\.movie                      ; "Deer Hunter"
          friends.#.first                  ; ["Dale","Roger","Jane"]
          friends.1.last                   ; "Craig"
          friends.#(last=="Murphy").first  ; "Dale"
          friends.#(last=="Murphy")#.first ; ["Dale","Jane"]
          friends.#(age>45)#.last          ; ["Craig","Murphy"]
          friends.#(first%"D*").last       ; "Murphy"
          friends.#(first!%"D*").last      ; "Craig"
          friends.#(nets.#(=="fb"))#.first ; ["Dale","Roger"]
          children.#(!%"*a*")              ; "Alex"
          children.#(%"*a*")#              ; ["Sara","Jack"]
          friends.#(age>100)#              ; []
          friends.#(age>100)               ;
          nobody                           ;
          children.7                       ;
          name.0                           ;
          [@this].#(source==client).age    ; 37
          [@this].#(source==server)        ;
          instances.#(intval>10).intval    ; 12
          instances.#(strval%*red-server*).intval ; 12
          instances.#(on==true).intval     ; 12
          instances.#(strval).intval       ; 12
          @this.age                        ; 37
          children.@reverse.0              ; "Jack"
          name.@keys                       ; ["first","last"]
          children|0                       ; "Sara"
          [age,name.first]                 ; [37,"Tom"]
          {age,"who":name.first}           ; {"age":37,"who":"Tom"}
          friends.#(                       ;
          [                                ;
          @unknown                         ;
          """)
  void findsWhatGjsonFinds(String path, @Nullable String found) {
    var result = GjsonPath.find(parsed(), path).map(JsonNode::toString).orElse("");
    assertThat(result).isEqualTo(found == null ? "" : found);
  }

  private static JsonNode parsed() {
    return Json.parse(DOCUMENT.getBytes(StandardCharsets.UTF_8));
  }
}
