package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Making and changing objects with kubectl.
final class KubectlWritingTest {
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
        labels: {app: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - name: main
              image: nginx:1.27
              ports: [{containerPort: 80}]
            - name: side
              image: busybox:1
      """;

  private static final String SETTINGS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data: {colour: blue, size: "1"}
      """;

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  @Test
  void applySaysCreatedThenUnchangedThenConfigured() {
    Kubectl kubectl = SERVER.kubectl().fresh("apply");

    assertThat(kubectl.apply(WEB)).isEqualTo("deployment.apps/web created\n");
    assertThat(kubectl.apply(WEB)).isEqualTo("deployment.apps/web unchanged\n");
    assertThat(kubectl.apply(WEB.replace("replicas: 2", "replicas: 3")))
        .isEqualTo("deployment.apps/web configured\n");
    assertThat(kubectl.field(".spec.replicas", "deployment", "web")).isEqualTo("3");
    assertThat(kubectl.field(".metadata.generation", "deployment", "web")).isEqualTo("2");
  }

  @Test
  void applyRemovesWhatItOnceSetAndKeepsWhatOthersSet() {
    Kubectl kubectl = SERVER.kubectl().fresh("apply-remove");
    kubectl.apply(SETTINGS);
    kubectl.ok("patch", "cm", "settings", "--type=merge", "-p", "{\"data\":{\"mine\":\"yes\"}}");

    kubectl.apply(SETTINGS.replace(", size: \"1\"", ""));

    assertThat(kubectl.field(".data", "cm", "settings"))
        .isEqualTo("{\"colour\":\"blue\",\"mine\":\"yes\"}");
  }

  @Test
  void applyMergesContainersByName() {
    Kubectl kubectl = SERVER.kubectl().fresh("apply-containers");
    kubectl.apply(WEB);

    kubectl.apply(WEB.replace("busybox:1", "busybox:2"));

    assertThat(kubectl.field(".spec.template.spec.containers[*].image", "deployment", "web"))
        .isEqualTo("nginx:1.27 busybox:2");
  }

  @Test
  void diffShowsOnlyWhatWouldChange() {
    Kubectl kubectl = SERVER.kubectl().fresh("diff");
    kubectl.apply(WEB);

    Commands.Result same = kubectl.fed(WEB, "diff", "-f", "-");
    Commands.Result changed = kubectl.fed(WEB.replace("1.27", "1.28"), "diff", "-f", "-");

    assertThat(same.exit()).as(same::toString).isZero();
    assertThat(same.out()).isEmpty();
    assertThat(changed.exit()).as(changed::toString).isEqualTo(1);
    assertThat(changed.out()).contains("-      - image: nginx:1.27", "+      - image: nginx:1.28");
    assertThat(kubectl.field(".spec.template.spec.containers[0].image", "deployment", "web"))
        .isEqualTo("nginx:1.27");
  }

  @Test
  void editWritesBackWhatTheEditorLeaves() throws IOException {
    Kubectl kubectl = SERVER.kubectl().fresh("edit");
    kubectl.apply(SETTINGS);

    Commands.Result edited =
        kubectl.run(
            "",
            Map.of("KUBE_EDITOR", editor("s/colour: blue/colour: green/")),
            "edit",
            "cm/settings");
    Commands.Result left =
        kubectl.run("", Map.of("KUBE_EDITOR", editor("s/nothing/nothing/")), "edit", "cm/settings");

    assertThat(edited.out()).as(edited::toString).isEqualTo("configmap/settings edited\n");
    assertThat(kubectl.field(".data.colour", "cm", "settings")).isEqualTo("green");
    assertThat(left.err()).as(left::toString).contains("no changes made");
  }

  private static String editor(String script) throws IOException {
    Path file = Files.createTempFile(SERVER.scratch(), "editor", ".sh");
    Files.writeString(file, "#!/bin/sh\nexec sed -i '" + script + "' \"$1\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  @Test
  void patchesInItsThreeForms() {
    Kubectl kubectl = SERVER.kubectl().fresh("patch");
    kubectl.apply(WEB);

    String strategic =
        kubectl.ok(
            "patch",
            "deployment",
            "web",
            "-p",
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"busybox:9\"}]}}}}");
    kubectl.ok(
        "patch",
        "deployment",
        "web",
        "--type=merge",
        "-p",
        "{\"spec\":{\"replicas\":5,\"paused\":true}}");
    kubectl.ok(
        "patch",
        "deployment",
        "web",
        "--type=json",
        "-p",
        "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":5},"
            + "{\"op\":\"remove\",\"path\":\"/spec/paused\"}]");
    String again = kubectl.ok("patch", "deployment", "web", "-p", "{\"spec\":{\"replicas\":5}}");

    assertThat(strategic).isEqualTo("deployment.apps/web patched\n");
    assertThat(again).isEqualTo("deployment.apps/web patched (no change)\n");
    assertThat(kubectl.field(".spec.template.spec.containers[*].image", "deployment", "web"))
        .isEqualTo("nginx:1.27 busybox:9");
    assertThat(kubectl.field(".spec.paused", "deployment", "web")).isEmpty();
  }

  @Test
  void aFailedJsonPatchTestChangesNothing() {
    Kubectl kubectl = SERVER.kubectl().fresh("patch-test");
    kubectl.apply(SETTINGS);

    String said =
        kubectl.refused(
            "patch",
            "cm",
            "settings",
            "--type=json",
            "-p",
            "[{\"op\":\"test\",\"path\":\"/data/colour\",\"value\":\"red\"},"
                + "{\"op\":\"remove\",\"path\":\"/data/size\"}]");

    assertThat(said).contains("the server rejected our request due to an error in our request");
    assertThat(kubectl.field(".data.size", "cm", "settings")).isEqualTo("1");
  }

  @Test
  void serverSideApplyNamesTheOtherManagerUntilForced() {
    Kubectl kubectl = SERVER.kubectl().fresh("ssa");
    String mine = SETTINGS;
    String theirs = SETTINGS.replace("blue", "red");

    assertThat(kubectl.apply(mine, "--server-side", "--field-manager=mine"))
        .isEqualTo("configmap/settings serverside-applied\n");
    String conflict = kubectl.applyRefused(theirs, "--server-side", "--field-manager=theirs");
    String forced =
        kubectl.apply(theirs, "--server-side", "--field-manager=theirs", "--force-conflicts");

    assertThat(conflict)
        .contains("Apply failed with 1 conflict: conflict with \"mine\"", ".data.colour");
    assertThat(forced).isEqualTo("configmap/settings serverside-applied\n");
    assertThat(kubectl.field(".data.colour", "cm", "settings")).isEqualTo("red");
    assertThat(
            kubectl.ok(
                "get",
                "cm",
                "settings",
                "--show-managed-fields",
                "-o",
                "jsonpath={.metadata.managedFields[*].manager}"))
        .contains("mine", "theirs");
  }

  @Test
  void serverSideApplyDropsAFieldItsOnlyOwnerNoLongerSets() {
    Kubectl kubectl = SERVER.kubectl().fresh("ssa-drop");
    kubectl.apply(SETTINGS, "--server-side");

    kubectl.apply(SETTINGS.replace(", size: \"1\"", ""), "--server-side");

    assertThat(kubectl.field(".data", "cm", "settings")).isEqualTo("{\"colour\":\"blue\"}");
  }

  @Test
  void dryRunsLeaveNothingBehind() {
    Kubectl kubectl = SERVER.kubectl().fresh("dry-run");

    assertThat(kubectl.apply(WEB, "--dry-run=server"))
        .isEqualTo("deployment.apps/web created (server dry run)\n");
    assertThat(kubectl.apply(WEB, "--dry-run=client"))
        .isEqualTo("deployment.apps/web created (dry run)\n");
    assertThat(kubectl.refused("get", "deployment", "web"))
        .isEqualTo("Error from server (NotFound): deployments.apps \"web\" not found\n");
  }

  @Test
  void createTwiceSaysAlreadyExistsAndReplaceNeedsOneThere() {
    Kubectl kubectl = SERVER.kubectl().fresh("create");

    Commands.Result absent = kubectl.fed(SETTINGS, "replace", "-f", "-");
    Commands.Result created = kubectl.fed(SETTINGS, "create", "-f", "-");
    Commands.Result again = kubectl.fed(SETTINGS, "create", "-f", "-");
    Commands.Result replaced = kubectl.fed(SETTINGS.replace("blue", "black"), "replace", "-f", "-");

    assertThat(absent.err()).contains("Error from server (NotFound)", "\"settings\" not found");
    assertThat(created.out()).isEqualTo("configmap/settings created\n");
    assertThat(again.err())
        .contains("Error from server (AlreadyExists)", "configmaps \"settings\" already exists");
    assertThat(replaced.out()).as(replaced::toString).isEqualTo("configmap/settings replaced\n");
    assertThat(kubectl.field(".data.colour", "cm", "settings")).isEqualTo("black");
  }

  @Test
  void createsFromTheCommandLineAlone() {
    Kubectl kubectl = SERVER.kubectl().fresh("literals");
    kubectl.ok("create", "deployment", "shop", "--image=nginx", "--replicas=3", "--port=80");
    kubectl.ok("create", "configmap", "words", "--from-literal=a=1", "--from-literal=b=2");
    kubectl.ok("create", "secret", "generic", "keys", "--from-literal=user=me");
    kubectl.ok("create", "serviceaccount", "robot");
    kubectl.ok("create", "job", "once", "--image=busybox", "--", "true");
    kubectl.ok("create", "cronjob", "often", "--image=busybox", "--schedule=*/5 * * * *");
    kubectl.ok("create", "quota", "limit", "--hard=pods=10");
    kubectl.ok("create", "service", "clusterip", "front", "--tcp=80:8080");
    kubectl.ok("create", "ingress", "door", "--rule=a.example.com/*=front:80");
    kubectl.ok("create", "poddisruptionbudget", "care", "--selector=app=shop", "--min-available=1");
    kubectl.ok("create", "role", "reader", "--verb=get", "--resource=pods");
    kubectl.ok("create", "rolebinding", "readers", "--role=reader", "--user=ann");
    kubectl.ok("expose", "deployment", "shop", "--port=80", "--target-port=8080");
    kubectl.ok("autoscale", "deployment", "shop", "--min=1", "--max=5", "--cpu-percent=80");
    kubectl.ok("set", "image", "deployment/shop", "nginx=nginx:1.28");
    kubectl.ok("set", "env", "deployment/shop", "MODE=fast");

    assertThat(kubectl.field(".spec.replicas", "deployment", "shop")).isEqualTo("3");
    assertThat(kubectl.field(".data", "configmap", "words")).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
    assertThat(kubectl.field(".data.user", "secret", "keys")).isEqualTo("bWU=");
    assertThat(kubectl.field(".spec.template.spec.containers[0].image", "deployment", "shop"))
        .isEqualTo("nginx:1.28");
    assertThat(kubectl.field(".spec.ports[0].targetPort", "service", "shop")).isEqualTo("8080");
    assertThat(kubectl.ok("get", "all", "-o", "name").lines())
        .contains(
            "deployment.apps/shop",
            "service/front",
            "service/shop",
            "job.batch/once",
            "cronjob.batch/often",
            "horizontalpodautoscaler.autoscaling/shop");
  }

  @Test
  void labelsAndAnnotates() {
    Kubectl kubectl = SERVER.kubectl().fresh("label");
    kubectl.apply(SETTINGS);

    assertThat(kubectl.ok("label", "cm", "settings", "tier=front"))
        .isEqualTo("configmap/settings labeled\n");
    assertThat(kubectl.refused("label", "cm", "settings", "tier=back"))
        .contains("already has a value (front)");
    assertThat(kubectl.ok("label", "cm", "settings", "tier=back", "--overwrite"))
        .isEqualTo("configmap/settings labeled\n");
    assertThat(kubectl.ok("label", "cm", "settings", "tier-"))
        .isEqualTo("configmap/settings unlabeled\n");
    assertThat(kubectl.ok("annotate", "cm", "settings", "note=kept"))
        .isEqualTo("configmap/settings annotated\n");
    assertThat(kubectl.field(".metadata.annotations.note", "cm", "settings")).isEqualTo("kept");
    assertThat(kubectl.refused("label", "cm", "settings", "tier=not/valid"))
        .contains("a valid label must be an empty string or consist of");
  }

  @Test
  void scalesAndChecksTheCurrentCount() {
    Kubectl kubectl = SERVER.kubectl().fresh("scale");
    kubectl.apply(WEB);

    assertThat(kubectl.ok("scale", "deployment", "web", "--replicas=4"))
        .isEqualTo("deployment.apps/web scaled\n");
    assertThat(
            kubectl.refused("scale", "deployment", "web", "--current-replicas=9", "--replicas=1"))
        .contains("Expected replicas to be 9, was 4");
    assertThat(kubectl.field(".spec.replicas", "deployment", "web")).isEqualTo("4");
  }

  @Test
  void unknownFieldsAreRefusedInStrictModeAndWarnedOfOtherwise() {
    Kubectl kubectl = SERVER.kubectl().fresh("strict");
    String misspelt = WEB.replace("replicas: 2", "replicaz: 2");

    String refused = kubectl.applyRefused(misspelt);
    Commands.Result warned = kubectl.fed(misspelt, "apply", "--validate=warn", "-f", "-");

    assertThat(refused).contains("strict decoding error: unknown field \"spec.replicaz\"");
    assertThat(warned.ok()).as(warned::toString).isTrue();
    assertThat(warned.err()).contains("Warning: unknown field \"spec.replicaz\"");
  }
}
