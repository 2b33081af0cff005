package dev.slipway.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.FakeCluster;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What variables say of pods that share this machine's network.
final class PeersTest {
  private final FakeCluster cluster = new FakeCluster(new FakeClock());
  private final HostPorts ports = new HostPorts();
  private final Peers peers = new Peers(cluster, ports);

  @BeforeEach
  void someJob() {
    for (var name : List.of("job-master-0", "job-worker-0")) {
      pod(name, "");
      cluster.put(
          Kinds.SERVICE,
          Json.parseObject(
              """
              {"metadata": {"name": "%1$s", "namespace": "team"},
               "spec": {"clusterIP": "None", "selector": {"pod": "%1$s"}}}
              """
                  .formatted(name)));
    }
    cluster.put(
        Kinds.SERVICE,
        Json.parseObject(
            """
            {"metadata": {"name": "set", "namespace": "team"},
             "spec": {"clusterIP": "None", "selector": {"set": "yes"}}}
            """));
    pod("set-node-0-x", ", \"hostname\": \"set-node-0\", \"subdomain\": \"set\"");
    cluster.put(
        Kinds.SERVICE,
        Json.parseObject(
            """
            {"metadata": {"name": "web", "namespace": "team"}, "spec": {"clusterIP": "10.1.2.3"}}
            """));
  }

  private void pod(String name, String more) {
    cluster.put(
        Kinds.POD,
        Json.parseObject(
            """
            {"metadata": {"name": "%1$s", "namespace": "team", "labels": {"pod": "%1$s"}},
             "spec": {"containers": []%2$s}}
            """
                .formatted(name, more)));
  }

  private Map<String, String> told(Map<String, String> environment) {
    Resource pod = cluster.get(Kinds.POD.key("team", "job-worker-0")).orElseThrow();
    return peers.told(environment, pod);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # name     | value                                 | told              | port of
          TF_CONFIG  | ["job-master-0.team.svc:2222"]        | ["127.0.0.1:%d"]  | team/job-master-0
          ENDPOINT   | job-worker-0:29400                    | 127.0.0.1:%d      | team/job-worker-0
          ENDPOINT   | job-worker-0.team.svc.cluster.local:1 | 127.0.0.1:%d      | team/job-worker-0
          ENDPOINT   | set-node-0.set:29500                  | 127.0.0.1:%d      | team/set-node-0
          ENDPOINT   | tcp://job-worker-0:5                  | tcp://127.0.0.1:%d | team/job-worker-0
          FILE       | /data/job-worker-0:5                  | /data/job-worker-0:5 |
          MASTER_ADDR | job-master-0                         | 127.0.0.1         |
          POD_NAME   | job-master-0                          | job-master-0      |
          ENDPOINT   | web:80                                | web:80            |
          ENDPOINT   | job-master-0.other.svc:2222           | job-master-0.other.svc:2222 |
          """)
  void namesOfPeersBecomePortsOfThisMachine(
      String name, String value, String expected, String owner) throws IOException {
    var told = new TreeMap<>(told(Map.of(name, value))).get(name);
    if (owner == null) {
      assertThat(told).isEqualTo(expected);
      return;
    }
    int asked = Integer.parseInt(value.replaceAll(".*:(\\d+).*", "$1"));
    assertThat(told).isEqualTo(expected.formatted(ports.take(owner, asked)));
    assertThat(ports.take(owner, asked)).isNotEqualTo(asked);
  }

  @Test
  void aPortIsOfTheAddressBesideIt() throws IOException {
    var told = told(Map.of("MASTER_ADDR", "job-master-0", "MASTER_PORT", "23456", "PORT", "23456"));
    assertThat(told)
        .containsEntry("MASTER_ADDR", "127.0.0.1")
        .containsEntry("MASTER_PORT", "" + ports.take("team/job-master-0", 23456))
        .containsEntry("PORT", "23456");
  }

  @Test
  void allPeersAreToldTheSame() {
    var environment = Map.of("TF_CONFIG", "job-master-0.team.svc:2222,job-worker-0.team.svc:2222");
    assertThat(told(environment)).isEqualTo(told(environment));
    assertThat(told(environment).getOrDefault("TF_CONFIG", "").split(",", -1))
        .doesNotHaveDuplicates();
  }
}
