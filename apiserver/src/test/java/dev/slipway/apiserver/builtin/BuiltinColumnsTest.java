package dev.slipway.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.builtin.columns.HumanDuration;
import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.GroupVersionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Cases of `pkg/printers/internalversion/printers_test.go`.
class BuiltinColumnsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:05:00Z");

  private static List<Column> columns(String kind) {
    String[] parts = kind.split(" ", 2);
    return BuiltinColumns.of(GroupVersionKind.of(parts[0], parts[1]));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          v1 Pod | Name,Ready,Status,Restarts,Age,IP*,Node*,Nominated Node*,Readiness Gates*
          v1 Service | Name,Type,Cluster-IP,External-IP,Port(s),Age,Selector*
          v1 Event | Last Seen,Type,Reason,Object,Subobject*,Source*,Message,First Seen*,Count*,Name*
          v1 Node | Name,Status,Roles,Age,Version,Internal-IP*,External-IP*,OS-Image*,Kernel-Version*,Container-Runtime*
          apps/v1 Deployment | Name,Ready,Up-to-date,Available,Age,Containers*,Images*,Selector*
          apps/v1 DaemonSet | Name,Desired,Current,Ready,Up-to-date,Available,Node Selector,Age,Containers*,Images*,Selector*
          batch/v1 Job | Name,Status,Completions,Duration,Age,Containers*,Images*,Selector*
          batch/v1 CronJob | Name,Schedule,Timezone,Suspend,Active,Last Schedule,Age,Containers*,Images*,Selector*
          autoscaling/v2 HorizontalPodAutoscaler | Name,Reference,Targets,MinPods,MaxPods,Replicas,Age
          rbac.authorization.k8s.io/v1 Role | Name,Created At
          apiextensions.k8s.io/v1 CustomResourceDefinition | Name,Created At
          """)
  void columnsStandInUpstreamsOrder(String kind, String names) {
    assertThat(
            columns(kind).stream()
                .map(each -> each.name() + (each.priority() > 0 ? "*" : ""))
                .collect(Collectors.joining(",")))
        .isEqualTo(names);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          v1 Pod | {'spec':{'containers':[{},{}]},'status':{'phase':'Running','containerStatuses':[{'ready':true,'state':{'running':{}}},{'restartCount':3}]}} | 1/2 Running 3
          v1 Pod | {'spec':{'containers':[{}]},'status':{'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'CrashLoopBackOff'}},'restartCount':3,'lastState':{'terminated':{'finishedAt':'2026-01-01T00:00:00Z'}}}]}} | 0/1 CrashLoopBackOff 3 (5m ago)
          v1 Pod | {'spec':{'containers':[{}]},'status':{'phase':'Succeeded','containerStatuses':[{'state':{'terminated':{'reason':'Completed'}}}]}} | 0/1 Completed 0
          v1 Pod | {'spec':{'containers':[{}]},'status':{'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':2}}}]}} | 0/1 ExitCode:2 0
          v1 Pod | {'spec':{'containers':[{}],'initContainers':[{'name':'i'}]},'status':{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'running':{}}}]}} | 0/1 Init:0/1 0
          v1 Pod | {'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'spec':{'containers':[{}]},'status':{'phase':'Running'}} | 0/1 Terminating 0
          v1 Pod | {'spec':{'containers':[{}]},'status':{'phase':'Failed','reason':'Evicted'}} | 0/1 Evicted 0
          v1 Service | {'spec':{'type':'NodePort','clusterIPs':['10.0.0.1'],'ports':[{'port':80,'nodePort':30000,'protocol':'TCP'}]}} | NodePort 10.0.0.1 <none> 80:30000/TCP
          v1 Service | {'spec':{'type':'LoadBalancer','clusterIPs':['10.0.0.1']}} | LoadBalancer 10.0.0.1 <pending> <none>
          apps/v1 Deployment | {'spec':{'replicas':3},'status':{'readyReplicas':2,'updatedReplicas':3}} | 2/3 3 0
          batch/v1 Job | {'spec':{'completions':2},'status':{'succeeded':1,'startTime':'2026-01-01T00:00:00Z'}} | Running 1/2 5m
          autoscaling/v2 HorizontalPodAutoscaler | {'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':80}}}]}} | Deployment/d cpu: <unknown>/80% <unset>
          v1 PersistentVolumeClaim | {'spec':{'volumeName':'v'},'status':{'phase':'Bound','capacity':{'storage':'1Gi'},'accessModes':['ReadWriteMany','ReadWriteOnce']}} | Bound v 1Gi RWO,RWX
          v1 Node | {'metadata':{'labels':{'node-role.kubernetes.io/worker':''}},'spec':{'unschedulable':true},'status':{'conditions':[{'type':'Ready','status':'True'}]}} | Ready,SchedulingDisabled worker
          """)
  void cellsSayWhatUpstreamSays(String kind, String json, String expected) {
    ObjectNode object = Samples.json(json);
    String cells =
        columns(kind).stream()
            .skip(1)
            .map(each -> each.cell().of(object, NOW).asString())
            .collect(Collectors.joining(" "));
    assertThat(cells).startsWith(expected);
  }

  @ParameterizedTest(name = "{0}s is {1}")
  @CsvSource({
    "-2, <invalid>",
    "-1, 0s",
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "121, 2m1s",
    "599, 9m59s",
    "600, 10m",
    "10799, 179m",
    "10800, 3h",
    "10860, 3h1m",
    "28800, 8h",
    "172800, 2d",
    "176400, 2d1h",
    "691200, 8d",
    "63072000, 2y",
    "63158400, 2y1d",
    "252288000, 8y"
  })
  void durationsAreShort(long seconds, String expected) {
    assertThat(HumanDuration.of(Duration.ofSeconds(seconds))).isEqualTo(expected);
  }
}
