package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who may do what, asked and tried with kubectl.
final class KubectlAccessTest {
  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  @Test
  void theKubeconfigIsTheAdministrators() {
    Kubectl kubectl = SERVER.kubectl();

    assertThat(kubectl.ok("auth", "can-i", "*", "*")).isEqualTo("yes\n");
    assertThat(kubectl.ok("auth", "whoami")).contains("Username", "system:masters");
  }

  @Test
  void asAnotherUserOnlyWhatIsBoundToThem() {
    Kubectl kubectl = SERVER.kubectl().fresh("bound");
    kubectl.ok("create", "role", "reader", "--verb=get,list", "--resource=pods,configmaps");
    kubectl.ok("create", "rolebinding", "readers", "--role=reader", "--user=ann");

    assertThat(kubectl.ok("auth", "can-i", "list", "pods", "--as=ann")).isEqualTo("yes\n");
    assertThat(kubectl.run("auth", "can-i", "delete", "pods", "--as=ann").out()).isEqualTo("no\n");
    assertThat(kubectl.in("default").run("auth", "can-i", "list", "pods", "--as=ann").out())
        .isEqualTo("no\n");
    assertThat(kubectl.ok("get", "configmaps", "--as=ann")).isNotNull();
    assertThat(kubectl.refused("create", "configmap", "no", "--as=ann"))
        .contains(
            "User \"ann\" cannot create resource \"configmaps\" in API group \"\" in the namespace"
                + " \"bound\"");
    assertThat(kubectl.refused("get", "nodes", "--as=ann")).contains("at the cluster scope");
  }

  @Test
  void listsWhatAUserMayDo() {
    Kubectl kubectl = SERVER.kubectl().fresh("listed");
    kubectl.ok("create", "role", "reader", "--verb=get", "--resource=pods");
    kubectl.ok("create", "rolebinding", "readers", "--role=reader", "--user=bob");

    assertThat(kubectl.ok("auth", "can-i", "--list", "--as=bob"))
        .containsPattern("pods +\\[\\] +\\[\\] +\\[get\\]")
        .contains("selfsubjectaccessreviews.authorization.k8s.io");
  }

  @Test
  void nobodyMayGrantWhatTheyDoNotHave() {
    Kubectl kubectl = SERVER.kubectl().fresh("escalation");
    kubectl.ok("create", "role", "maker", "--verb=get,create", "--resource=roles,rolebindings");
    kubectl.ok("create", "rolebinding", "makers", "--role=maker", "--user=eve");

    assertThat(
            kubectl.refused(
                "create", "role", "more", "--verb=get", "--resource=secrets", "--as=eve"))
        .contains("is attempting to grant RBAC permissions not currently held");
  }

  @Test
  void aServiceAccountTokenSignsIn() throws IOException {
    Kubectl kubectl = SERVER.kubectl().fresh("robots");
    kubectl.ok("create", "serviceaccount", "robot");
    kubectl.ok(
        "create", "rolebinding", "robot", "--clusterrole=view", "--serviceaccount=robots:robot");

    String token = kubectl.ok("create", "token", "robot", "--duration=1h").strip();

    Kubectl robot = kubectl.as(signedIn(token));
    assertThat(payload(token)).contains("system:serviceaccount:robots:robot");
    assertThat(robot.ok("auth", "whoami"))
        .contains("system:serviceaccount:robots:robot", "system:serviceaccounts:robots");
    assertThat(robot.ok("get", "configmaps", "-o", "name")).isNotNull();
    assertThat(robot.refused("get", "secrets"))
        .contains("User \"system:serviceaccount:robots:robot\" cannot list resource \"secrets\"");
    kubectl.ok("delete", "serviceaccount", "robot");
    assertThat(robot.refused("get", "configmaps")).contains("You must be logged in to the server");
  }

  @Test
  void aWrongTokenIsNobody() throws IOException {
    Kubectl stranger = SERVER.kubectl().as(signedIn("not-a-token"));

    assertThat(stranger.refused("get", "pods")).contains("Unauthorized");
  }

  @Test
  void aggregatedRolesGrow() {
    Kubectl kubectl = SERVER.kubectl();
    kubectl.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: secrets-view
          labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
        rules:
        - {apiGroups: [""], resources: [secrets], verbs: [get]}
        """);
    kubectl.ok("create", "clusterrolebinding", "cat-views", "--clusterrole=view", "--user=cat");

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> kubectl.run("auth", "can-i", "get", "secrets", "--as=cat").ok());
  }

  /// The server's kubeconfig with another token in it.
  private static Path signedIn(String token) throws IOException {
    String text = Files.readString(SERVER.kubeconfig());
    Path file = Files.createTempFile(SERVER.scratch(), "kubeconfig", "");
    return Files.writeString(file, text.replaceAll("token: .*", "token: " + token));
  }

  private static String payload(String token) {
    return new String(
        Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
  }
}
