package dev.slipway.controllers.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class NodeRoomTest {
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | {} | | an empty pod fits
          {} | {"containers":[{"resources":{"requests":{"cpu":"2"}}}]} | | exactly full fits
          {} | {"containers":[{"resources":{"requests":{"cpu":"2001m"}}}]} | Insufficient cpu | a millicore too many
          {} | {"containers":[{"resources":{"requests":{"cpu":"3","memory":"5Gi"}}}]} | Insufficient cpu;Insufficient memory | all that is short
          {} | {"containers":[{"resources":{"requests":{"nvidia.com/gpu":"2"}}}]} | Insufficient nvidia.com/gpu | devices are counted
          {} | {"containers":[{"resources":{"requests":{"example.com/x":"1"}}}]} | Insufficient example.com/x | a resource the node lacks
          {} | {"initContainers":[{"resources":{"requests":{"cpu":"3"}}}],"containers":[{}]} | Insufficient cpu | the largest init container counts
          {} | {"initContainers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}}],"containers":[{"resources":{"requests":{"cpu":"1500m"}}}]} | Insufficient cpu | sidecars count beside the rest
          {} | {"overhead":{"cpu":"3"}} | Insufficient cpu | overhead counts
          {"unschedulable":true} | {} | node(s) were unschedulable | cordoned
          {"unschedulable":true} | {"tolerations":[{"operator":"Exists"}]} | | a pod that tolerates everything ignores a cordon
          {"taints":[{"key":"k","value":"v","effect":"NoSchedule"}]} | {} | node(s) had untolerated taint {k: v} | tainted
          {"taints":[{"key":"k","value":"v","effect":"NoSchedule"}]} | {"tolerations":[{"key":"k","value":"v"}]} | | tolerated by value
          {"taints":[{"key":"k","value":"v","effect":"NoSchedule"}]} | {"tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute"}]} | node(s) had untolerated taint {k: v} | another effect does not help
          {"taints":[{"key":"k","value":"v","effect":"PreferNoSchedule"}]} | {} | | only disliked
          {} | {"nodeSelector":{"zone":"a"}} | | selected
          {} | {"nodeSelector":{"zone":"b"}} | node(s) didn't match Pod's node affinity/selector | selects another
          {} | {"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"cores","operator":"Gt","values":["4"]}]}]}}}} | | more than four cores
          {} | {"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"NotIn","values":["a"]}]}]}}}} | node(s) didn't match Pod's node affinity/selector | not in zone a
          {} | {"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}]}}}} | | by name
          """)
  void objections(String node, String pod, String wanted, String why) {
    var room = room(node);
    var spec = Json.parseObject(pod);

    var found = room.objections(spec, NodeRoom.Ask.of(spec));

    var expected = wanted == null ? List.<String>of() : List.of(wanted.split(";", -1));
    assertThat(found).as(why).isEqualTo(expected);
  }

  /// Asked of a node of two cores and 4 GiB, beside pods that have one core, and one that shares.
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          true  | {"cpu":"2","memory":"4Gi"} |                             | those that share may all ask for everything
          true  | {"cpu":"2001m"}            | Insufficient cpu            | but not for more than there is
          false | {"cpu":"1"}                |                             | what shares leaves room for others
          false | {"cpu":"1001m"}            | Insufficient cpu            | who add up among themselves
          true  | {"nvidia.com/gpu":"1"}     | Insufficient nvidia.com/gpu | devices are never shared
          """)
  void shares(boolean sharing, String requests, String wanted, String why) {
    var room = room("{}", 9);
    room.add("counted", NodeRoom.Ask.of(requesting("{\"cpu\":\"1\"}")));
    room.add(
        "shares", NodeRoom.Ask.sharing(requesting("{\"cpu\":\"2\",\"nvidia.com/gpu\":\"1\"}")));
    var spec = requesting(requests);
    var ask = sharing ? NodeRoom.Ask.sharing(spec) : NodeRoom.Ask.of(spec);

    var expected = wanted == null ? List.<String>of() : List.of(wanted);
    assertThat(room.objections(spec, ask)).as(why).isEqualTo(expected);
  }

  private static ObjectNode requesting(String requests) {
    return Json.parseObject("{\"containers\":[{\"resources\":{\"requests\":" + requests + "}}]}");
  }

  private static NodeRoom room(String spec) {
    return room(spec, 2);
  }

  private static NodeRoom room(String spec, int pods) {
    return new NodeRoom(
        Resource.of(
            Kinds.NODE,
            Json.parseObject(
                """
                {"metadata": {"name": "n", "labels": {"zone": "a", "cores": "8"}},
                 "spec": %s,
                 "status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "%s",
                   "nvidia.com/gpu": "1"}}}
                """
                    .formatted(spec, pods))));
  }
}
