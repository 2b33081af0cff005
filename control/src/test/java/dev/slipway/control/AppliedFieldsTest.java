package dev.slipway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class AppliedFieldsTest {
  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # wanted spec | observed spec | owned spec | settled | why
          {"a":1} | {"a":1} | {"f:a":{}} | true | the same
          {"a":1} | {"a":1.0} | {"f:a":{}} | true | a number is a number
          {"a":1} | {"a":2} | {"f:a":{}} | false | another value
          {"a":1} | {"a":1,"b":2} | {"f:a":{}} | true | others' fields do not matter
          {"a":1} | {"a":1,"b":2} | {"f:a":{},"f:b":{}} | false | ours, no longer wanted
          {"a":1,"b":2} | {"a":1,"b":2} | {"f:a":{}} | false | wanted, not yet ours
          {"a":1,"b":{}} | {"a":1} | {"f:a":{}} | true | an empty object that the API dropped
          {"a":{}} | {"a":{}} | {"f:a":{}} | true | an empty object that it kept
          {"a":[]} | {"a":["x"]} | {"f:a":{}} | false | an atomic list that shrank
          {"a":{"b":1}} | {"a":{"b":1}} | {"f:a":{"f:b":{}}} | true | a field of a field
          {"a":{"b":1}} | {"a":{"b":1}} | {"f:a":{".":{},"f:b":{}}} | true | the object itself is ours too
          {"l":[{"name":"x","v":1}]} | {"l":[{"name":"x","v":1}]} | {"f:l":{"k:{\\"name\\":\\"x\\"}":{".":{},"f:name":{},"f:v":{}}}} | true | a list joined by key
          {"l":[{"name":"x","v":1}]} | {"l":[{"name":"o"},{"name":"x","v":1,"d":0}]} | {"f:l":{"k:{\\"name\\":\\"x\\"}":{".":{},"f:name":{},"f:v":{}}}} | true | others' elements and defaults
          {"l":[{"name":"x","v":1}]} | {"l":[{"name":"x","v":2}]} | {"f:l":{"k:{\\"name\\":\\"x\\"}":{".":{},"f:name":{},"f:v":{}}}} | false | an element that differs
          {"l":[{"p":80}]} | {"l":[{"p":80,"t":"TCP"}]} | {"f:l":{"k:{\\"p\\":80,\\"t\\":\\"TCP\\"}":{".":{},"f:p":{}}}} | true | a key the API filled in
          {"l":[{"name":"x"}]} | {"l":[{"name":"x"},{"name":"y"}]} | {"f:l":{"k:{\\"name\\":\\"x\\"}":{"f:name":{}},"k:{\\"name\\":\\"y\\"}":{"f:name":{}}}} | false | an element no longer wanted
          {"l":[{"name":"x"},{"name":"y"}]} | {"l":[{"name":"x"}]} | {"f:l":{"k:{\\"name\\":\\"x\\"}":{"f:name":{}}}} | false | an element not yet there
          {"s":["a"]} | {"s":["b","a"]} | {"f:s":{"v:\\"a\\"":{}}} | true | a set
          {"s":["a"]} | {"s":["b"]} | {"f:s":{"v:\\"a\\"":{}}} | false | a member taken away
          {"q":"1000m"} | {"q":"1"} | {"f:q":{}} | false | written another way: cannot tell
          """)
  void settled(String wanted, String observed, String owned, boolean settled, String why) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Thing");
    ObjectNode metadata = object.putObject("metadata").put("name", "one");
    ObjectNode entry = metadata.putArray("managedFields").addObject();
    entry.put("manager", Cluster.FIELD_MANAGER).put("operation", "Apply");
    entry.putObject("fieldsV1").set("f:spec", Json.parseObject(owned));
    object.set("spec", Json.parseObject(observed));
    ObjectNode wish = Json.object().put("apiVersion", "v1").put("kind", "Thing");
    wish.putObject("metadata").put("name", "one").put("namespace", "default");
    wish.set("spec", Json.parseObject(wanted));
    assertThat(AppliedFields.settled(wish, Resource.of(Kinds.POD, object)))
        .as(why)
        .isEqualTo(settled);
  }
}
