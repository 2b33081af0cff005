package dev.slipway.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// The first rows are the examples of RFC 6902, appendix A.
final class JsonPatchTest {
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"foo":"bar"} | [{"op":"add","path":"/baz","value":"qux"}] | {"foo":"bar","baz":"qux"} | A.1 adding a field
          {"foo":["bar","baz"]} | [{"op":"add","path":"/foo/1","value":"qux"}] | {"foo":["bar","qux","baz"]} | A.2 adding an element
          {"baz":"qux","foo":"bar"} | [{"op":"remove","path":"/baz"}] | {"foo":"bar"} | A.3 removing a field
          {"foo":["bar","qux","baz"]} | [{"op":"remove","path":"/foo/1"}] | {"foo":["bar","baz"]} | A.4 removing an element
          {"baz":"qux"} | [{"op":"replace","path":"/baz","value":"boo"}] | {"baz":"boo"} | A.5 replacing
          {"foo":{"bar":"baz","w":"f"},"qux":{"c":"g"}} | [{"op":"move","from":"/foo/w","path":"/qux/t"}] | {"foo":{"bar":"baz"},"qux":{"c":"g","t":"f"}} | A.6 moving
          {"foo":["all","grass","cows","eat"]} | [{"op":"move","from":"/foo/1","path":"/foo/3"}] | {"foo":["all","cows","eat","grass"]} | A.7 moving within a list
          {"baz":"qux","foo":["a",2,"c"]} | [{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}] | {"baz":"qux","foo":["a",2,"c"]} | A.8 testing
          {"foo":"bar"} | [{"op":"add","path":"/child","value":{"grandchild":{}}}] | {"foo":"bar","child":{"grandchild":{}}} | A.10 adding an object
          {"foo":"bar"} | [{"op":"add","path":"/baz","value":"qux","xyz":123}] | {"foo":"bar","baz":"qux"} | A.11 unknown members are ignored
          {"/":9,"~1":10} | [{"op":"test","path":"/~01","value":10}] | {"/":9,"~1":10} | A.14 escapes
          {"foo":["bar"]} | [{"op":"add","path":"/foo/-","value":["abc","def"]}] | {"foo":["bar",["abc","def"]]} | A.16 appending
          {"a":{}} | [{"op":"add","path":"/a/x~1y","value":1}] | {"a":{"x/y":1}} | a slash in a name
          {"a":1} | [{"op":"replace","path":"/b","value":2}] | {"a":1,"b":2} | replacing an absent field adds it, as the original does
          {"a":[1,2,3]} | [{"op":"remove","path":"/a/-1"}] | {"a":[1,2]} | a negative index counts from the end
          {"a":{"b":1}} | [{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/b","value":2}] | {"a":{"b":1},"c":{"b":2}} | a copy is its own
          {"a":1} | [{"op":"test","path":"/b","value":null}] | {"a":1} | an absent field tests as null
          {"a":1} | [{"op":"replace","path":"","value":{"b":2}}] | {"b":2} | the whole document
          {"a":1} | [] | {"a":1} | nothing to do
          {"a":1} | null | {"a":1} | no patch
          {"a":1} | [{"op":"test","path":"/a","value":1.0}] | {"a":1} | numbers are compared by value
          """)
  void applies(String document, String patch, String wanted, String why) {
    assertThat(patched(document, patch)).as(why).isEqualTo(Json.parseObject(wanted));
  }

  @ParameterizedTest(name = "{3}: {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1} | {"op":"add"} | 400 | BadRequest | json: cannot unmarshal object into Go value of type jsonpatch.Patch
          {"a":1} | ["add"] | 400 | BadRequest | json: cannot unmarshal string into Go value of type jsonpatch.Operation
          {"a":1} | [{"op":"test","path":"/a","value":2}] | 422 | Invalid | testing value /a failed: test failed
          {"a":1} | [{"op":"remove","path":"/b"}] | 422 | Invalid | error in remove for path: '/b': Unable to remove nonexistent key: b: missing value
          {"a":1} | [{"op":"add","path":"/b/c","value":1}] | 422 | Invalid | add operation does not apply: doc is missing path: "/b/c": missing value
          {"a":1} | [{"op":"replace","path":"/b/c","value":1}] | 422 | Invalid | replace operation does not apply: doc is missing path: /b/c: missing value
          {"a":[1]} | [{"op":"replace","path":"/a/1","value":1}] | 422 | Invalid | replace operation does not apply: doc is missing key: /a/1: missing value
          {"a":[1]} | [{"op":"add","path":"/a/3","value":1}] | 422 | Invalid | error in add for path: '/a/3': Unable to access invalid index: 3: invalid index referenced
          {"a":[1]} | [{"op":"add","path":"/a/x","value":1}] | 422 | Invalid | error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax
          {"a":1} | [{"op":"spam","path":"/a"}] | 422 | Invalid | Unexpected kind: spam
          {"a":1} | [{"op":"remove"}] | 422 | Invalid | remove operation failed to decode path: operation missing path field: missing value
          {"a":1} | [{"op":"move","path":"/b"}] | 422 | Invalid | move operation failed to decode from: operation, missing from field: missing value
          {"a":1} | [{"op":"add","path":"/a/b","value":1}] | 422 | Invalid | doc is missing path: "/a/b": missing value
          {"a":1} | [{"op":"replace","path":"","value":[]}] | 422 | Invalid | the patched document is array, expected object
          {"a":1} | [{"op": | 400 | BadRequest | error decoding patch
          """)
  void refuses(String document, String patch, int code, String reason, String message) {
    ApiException refusal = refused(document, patch);
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.reason()).isEqualTo(reason);
  }

  @Test
  void refusesMoreThanTenThousandOperations() {
    String operation = "{\"op\":\"test\",\"path\":\"/a\",\"value\":1}";
    String patch = "[" + (operation + ",").repeat(10_000) + operation + "]";
    ApiException refusal = refused("{\"a\":1}", patch);
    assertThat(refusal.code()).isEqualTo(413);
    assertThat(refusal)
        .hasMessage("The allowed maximum operations in a JSON patch is 10000, got 10001");
  }

  @Test
  void refusesCopiesThatGrowWithoutBound() {
    String patch = "[" + "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"},".repeat(40) + "{}]";
    assertThat(refused("{\"a\":[\"xxxxxxxx\"]}", patch))
        .hasMessageContaining("Unable to complete the copy");
  }

  @Test
  void leavesTheGivenObjectAlone() {
    ObjectNode document = Json.parseObject("{\"a\":{\"b\":1}}");
    byte[] patch = bytes("[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":2}]");
    Patches.apply(Patches.JSON, patch, document, Schema.ANYTHING, false);
    assertThat(document).isEqualTo(Json.parseObject("{\"a\":{\"b\":1}}"));
  }

  private static ObjectNode patched(String document, String patch) {
    return Patches.apply(
        Patches.JSON, bytes(patch), Json.parseObject(document), Schema.ANYTHING, true);
  }

  private static ApiException refused(String document, String patch) {
    return catchThrowableOfType(ApiException.class, () -> patched(document, patch));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
