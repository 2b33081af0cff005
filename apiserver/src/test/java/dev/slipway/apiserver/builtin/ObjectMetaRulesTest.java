package dev.slipway.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ObjectMetaRulesTest {
  private static ObjectNode meta(String json) {
    return Json.parseObject(json.replace('\'', '"'));
  }

  private static List<String> create(String json, boolean namespaced) {
    return ObjectMetaRules.create(meta(json), namespaced, NameRules.SUBDOMAIN).stream()
        .map(Problem::toString)
        .toList();
  }

  private static List<String> update(String now, String before) {
    return ObjectMetaRules.update(meta(now), meta(before)).stream().map(Problem::toString).toList();
  }

  @Test
  void aNameAndANamespaceAreRequiredByScope() {
    assertThat(create("{}", true))
        .containsExactly(
            "metadata.name: Required value: name or generateName is required",
            "metadata.namespace: Required value");
    assertThat(create("{'name':'a','namespace':'b'}", false))
        .containsExactly("metadata.namespace: Forbidden: not allowed on this type");
    assertThat(create("{'name':'a','namespace':'b'}", true)).isEmpty();
  }

  @Test
  void namesLabelsAnnotationsAndFinalizersAreJudged() {
    assertThat(create("{'name':'A','namespace':'b'}", true).getFirst())
        .startsWith("metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must");
    assertThat(create("{'name':'a','generateName':'Abc-'}", false).getFirst())
        .startsWith("metadata.generateName: Invalid value: \"Abc-\": a lowercase RFC 1123");
    assertThat(create("{'name':'a','labels':{'x y':'v'}}", false).getFirst())
        .startsWith("metadata.labels: Invalid value: \"x y\": name part must consist of");
    assertThat(create("{'name':'a','labels':{'x':'v v'}}", false).getFirst())
        .startsWith("metadata.labels: Invalid value: \"v v\": a valid label must be");
    assertThat(create("{'name':'a','annotations':{'UP/case':'any thing'}}", false)).isEmpty();
    assertThat(create("{'name':'a','annotations':{'a':'" + "x".repeat(262144) + "'}}", false))
        .containsExactly("metadata.annotations: Too long: may not be more than 262144 bytes");
    assertThat(create("{'name':'a','finalizers':['a b']}", false).getFirst())
        .startsWith("metadata.finalizers: Invalid value: \"a b\": name part must consist of");
    assertThat(create("{'name':'a','finalizers':['orphan','foregroundDeletion']}", false))
        .singleElement()
        .asString()
        .endsWith("finalizer orphan and foregroundDeletion cannot be both set");
  }

  @Test
  void ownersAreComplete() {
    assertThat(create("{'name':'a','ownerReferences':[{}]}", false))
        .containsExactly(
            "metadata.ownerReferences[0].apiVersion: Required value: must not be empty",
            "metadata.ownerReferences[0].kind: Required value: must not be empty",
            "metadata.ownerReferences[0].name: Required value: must not be empty",
            "metadata.ownerReferences[0].uid: Required value: must not be empty");
    String owner = "{'apiVersion':'v1','kind':'Pod','name':'p','uid':'u','controller':true}";
    assertThat(create("{'name':'a','ownerReferences':[" + owner + "," + owner + "]}", false))
        .singleElement()
        .asString()
        .contains("Only one reference can have Controller set to true.");
  }

  @Test
  void identityCannotChange() {
    assertThat(update("{'name':'a','uid':'1'}", "{'name':'a','uid':'1'}"))
        .containsExactly(
            "metadata.resourceVersion: Invalid value: \"\": must be specified for an update");
    assertThat(
            update(
                "{'name':'b','uid':'2','resourceVersion':'1'}",
                "{'name':'a','uid':'1','resourceVersion':'1'}"))
        .containsExactly(
            "metadata.name: Invalid value: \"b\": field is immutable",
            "metadata.uid: Invalid value: \"2\": field is immutable");
  }

  @Test
  void noFinalizerIsAddedWhileDeleting() {
    String common = "'name':'a','resourceVersion':'1','deletionTimestamp':'2026-01-01T00:00:00Z'";
    assertThat(update("{" + common + ",'finalizers':['x/y']}", "{" + common + "}"))
        .containsExactly(
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being"
                + " deleted, found new finalizers []string{\"x/y\"}");
    assertThat(update("{" + common + "}", "{" + common + ",'finalizers':['x/y']}")).isEmpty();
  }
}
