package dev.slipway.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// The first rows are the cases of RFC 7386, appendix A, that start from an object.
final class MergePatchTest {
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":"b"} | {"a":"c"} | {"a":"c"} | a value is replaced
          {"a":"b"} | {"b":"c"} | {"a":"b","b":"c"} | a field is added
          {"a":"b"} | {"a":null} | {} | null removes
          {"a":"b","b":"c"} | {"a":null} | {"b":"c"} | and nothing else
          {"a":["b"]} | {"a":"c"} | {"a":"c"} | a list gives way to a value
          {"a":"c"} | {"a":["b"]} | {"a":["b"]} | a value gives way to a list
          {"a":{"b":"c"}} | {"a":{"b":"d","c":null}} | {"a":{"b":"d"}} | objects merge
          {"a":[{"b":"c"}]} | {"a":[1]} | {"a":[1]} | lists are replaced
          {"e":null} | {"a":1} | {"e":null,"a":1} | nulls already there stay
          {} | {"a":{"bb":{"ccc":null}}} | {"a":{"bb":{}}} | nulls in new objects vanish
          {"a":"x"} | {"a":{"b":null,"c":1}} | {"a":{"c":1}} | an object in place of a value
          """)
  void applies(String document, String patch, String wanted, String why) {
    assertThat(patched(document, patch)).as(why).isEqualTo(Json.parseObject(wanted));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"text\"", "1"})
  void refusesWhatIsNoObject(String patch) {
    ApiException refusal = catchThrowableOfType(ApiException.class, () -> patched("{}", patch));
    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal).hasMessage("Invalid JSON Patch");
  }

  @ParameterizedTest(name = "{0} on a custom resource {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/strategic-merge-patch+json | true | application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml
          application/json | false | application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml
          """)
  void refusesMediaTypesTheResourceDoesNotTake(String type, boolean custom, String accepted) {
    byte[] patch = "{}".getBytes(StandardCharsets.UTF_8);
    ApiException refusal =
        catchThrowableOfType(
            ApiException.class,
            () -> Patches.apply(type, patch, Json.object(), Schema.ANYTHING, custom));
    assertThat(refusal.code()).isEqualTo(415);
    assertThat(refusal)
        .hasMessage(
            "the body of the request was in an unknown format - accepted media types include: "
                + accepted);
  }

  private static ObjectNode patched(String document, String patch) {
    return Patches.apply(
        "application/merge-patch+json; charset=utf-8",
        patch.getBytes(StandardCharsets.UTF_8),
        Json.parseObject(document),
        Schema.ANYTHING,
        true);
  }
}
