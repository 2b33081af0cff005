package dev.slipway.controllers.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static NodeRoom room(String spec) {
    return new NodeRoom(
        Resource.of(
            Kinds.NODE,
            Json.parseObject(
                """
                {"metadata": {"name": "n", "labels": {"zone": "a", "cores": "8"}},
                 "spec": %s,
                 "status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "2",
                   "nvidia.com/gpu": "1"}}}
                """
                    .formatted(spec))));
  }
}
