package dev.slipway.controllers.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Claims and volumes in the whole loop.
final class StorageLoopTest {
  private static final LocalStorage STORAGE = new LocalStorage(Path.of("/data/volumes"), "slipway");
  private static final List<Reconciler> ALL =
      List.of(new ClaimReconciler(STORAGE), new VolumeReconciler());
  private final LoopWorld world = new LoopWorld(ALL);

  @AfterEach
  void close() {
    world.close();
  }

  private static ObjectNode claim(String name, String size, String storageClass, String more) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s", "namespace": "default"},
         "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "%s",
           "resources": {"requests": {"storage": "%s"}} %s},
         "status": {"phase": "Pending"}}
        """
            .formatted(name, storageClass, size, more));
  }

  private static ObjectNode volume(String name, String size, String storageClass, String more) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s", "labels": {"disk": "%s"}},
         "spec": {"accessModes": ["ReadWriteOnce", "ReadWriteMany"], "storageClassName": "%s",
           "capacity": {"storage": "%s"}, "hostPath": {"path": "/mnt/%s"},
           "persistentVolumeReclaimPolicy": "Retain" %s}}
        """
            .formatted(name, name, storageClass, size, name, more));
  }

  private static ObjectNode pod(String name, String claim, String phase) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s", "namespace": "default"},
         "spec": {"containers": [],
           "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "%s"}}]},
         "status": {"phase": "%s"}}
        """
            .formatted(name, claim, phase));
  }

  private Resource found(Kind kind, String name) {
    var namespace = kind.namespaced() ? "default" : "";
    return world.cluster().get(kind.key(namespace, name)).orElseThrow();
  }

  private List<String> events() {
    return world.cluster().list(Kinds.EVENT, "").stream()
        .map(each -> each.text("reason") + ": " + each.text("message"))
        .toList();
  }

  private void putBoundClaim() {
    world.cluster().put(Kinds.STORAGE_CLASS, LocalStorage.standardClass());
    world.cluster().put(Kinds.CLAIM, claim("data", "1Gi", "standard", ""));
    world.settle();
  }

  @Test
  void aClaimOfTheStandardClassGetsADirectoryOfItsOwn() {
    putBoundClaim();

    var claim = found(Kinds.CLAIM, "data");
    var volume = found(Kinds.PERSISTENT_VOLUME, "pvc-" + claim.uid());
    assertThat(claim.text("status", "phase")).isEqualTo("Bound");
    assertThat(claim.text("status", "capacity", "storage")).isEqualTo("1Gi");
    assertThat(claim.text("spec", "volumeName")).isEqualTo(volume.name());
    assertThat(claim.at("metadata", "finalizers").toString()).contains("pvc-protection");
    assertThat(volume.text("status", "phase")).isEqualTo("Bound");
    assertThat(volume.text("spec", "hostPath", "path"))
        .isEqualTo("/data/volumes/pvc-" + claim.uid() + "_default_data");
    assertThat(volume.text("spec", "persistentVolumeReclaimPolicy")).isEqualTo("Delete");
    assertThat(events())
        .containsExactly("ProvisioningSucceeded: Successfully provisioned volume " + volume.name());
    world.mustBeSettled();
  }

  @Test
  void aClaimGrowsWithWhatItAsksFor() {
    putBoundClaim();
    var larger = found(Kinds.CLAIM, "data").copy();
    Json.ensureObject(larger, "spec", "resources", "requests").put("storage", "3Gi");
    world.cluster().put(Kinds.CLAIM, larger);
    world.settle();

    assertThat(found(Kinds.CLAIM, "data").text("status", "capacity", "storage")).isEqualTo("3Gi");
    world.mustBeSettled();
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # asked | class | more                                        | small | large | why
          1Gi     | disks |                                             | Bound | Available | the smallest that suffices
          5Gi     | disks |                                             | Available | Bound | one is too small
          1Gi     | disks | , "volumeName": "large"                     | Available | Bound | the one it names
          1Gi     | disks | , "selector": {"matchLabels": {"disk": "large"}} | Available | Bound | the one it selects
          1Gi     | disks | , "volumeMode": "Block"                     | Available | Available | no other mode
          1Gi     | other |                                             | Available | Available | no other class
          50Gi    | disks |                                             | Available | Available | none is large enough
          """)
  void bindsTheVolumeThatSuits(
      String asked, String storageClass, String more, String small, String large, String why) {
    world.cluster().put(Kinds.PERSISTENT_VOLUME, volume("small", "2Gi", "disks", ""));
    world.cluster().put(Kinds.PERSISTENT_VOLUME, volume("large", "10Gi", "disks", ""));
    world.cluster().put(Kinds.CLAIM, claim("data", asked, storageClass, more == null ? "" : more));
    world.settle();

    assertThat(found(Kinds.PERSISTENT_VOLUME, "small").text("status", "phase")).isEqualTo(small);
    assertThat(found(Kinds.PERSISTENT_VOLUME, "large").text("status", "phase")).isEqualTo(large);
    boolean bound = small.equals("Bound") || large.equals("Bound");
    assertThat(found(Kinds.CLAIM, "data").text("status", "phase"))
        .as(why)
        .isEqualTo(bound ? "Bound" : "Pending");
    world.mustBeSettled();
  }

  @Test
  void aVolumePromisedToAClaimWaitsForItAlone() {
    var promise = ", \"claimRef\": {\"namespace\": \"default\", \"name\": \"late\"}";
    world.cluster().put(Kinds.PERSISTENT_VOLUME, volume("kept", "2Gi", "", promise));
    world.cluster().put(Kinds.CLAIM, claim("early", "1Gi", "", ""));
    world.settle();
    assertThat(found(Kinds.CLAIM, "early").text("status", "phase")).isEqualTo("Pending");
    assertThat(events())
        .containsExactly(
            "FailedBinding: no persistent volumes available for this claim and no storage class is"
                + " set");

    world.cluster().put(Kinds.CLAIM, claim("late", "1Gi", "", ""));
    world.settle();
    assertThat(found(Kinds.CLAIM, "late").text("spec", "volumeName")).isEqualTo("kept");
    assertThat(found(Kinds.PERSISTENT_VOLUME, "kept").text("spec", "claimRef", "uid"))
        .isEqualTo(found(Kinds.CLAIM, "late").uid());
    world.mustBeSettled();
  }

  @Test
  void aClaimThatWaitsForItsFirstConsumerIsBoundWhenAPodUsesIt() {
    var lazy = LocalStorage.standardClass().put("volumeBindingMode", "WaitForFirstConsumer");
    world.cluster().put(Kinds.STORAGE_CLASS, lazy);
    world.cluster().put(Kinds.CLAIM, claim("data", "1Gi", "standard", ""));
    world.settle();
    assertThat(found(Kinds.CLAIM, "data").text("status", "phase")).isEqualTo("Pending");
    assertThat(events().getFirst()).startsWith("WaitForFirstConsumer: waiting for first consumer");

    world.cluster().put(Kinds.POD, pod("user", "data", "Pending"));
    world.settle();
    assertThat(found(Kinds.CLAIM, "data").text("status", "phase")).isEqualTo("Bound");
    world.mustBeSettled();
  }

  @Test
  void aClaimIsKeptWhileAPodUsesItAndItsVolumeIsReleasedAfterwards() {
    putBoundClaim();
    var name = found(Kinds.CLAIM, "data").text("spec", "volumeName");
    world.cluster().put(Kinds.POD, pod("user", "data", "Running"));
    world.cluster().delete(Kinds.CLAIM.key("default", "data"), Json.object());
    world.settle();
    assertThat(found(Kinds.CLAIM, "data").deleting()).isTrue();
    assertThat(found(Kinds.PERSISTENT_VOLUME, name).text("status", "phase")).isEqualTo("Bound");

    world.cluster().put(Kinds.POD, pod("user", "data", "Succeeded"));
    world.settle();
    assertThat(world.cluster().get(Kinds.CLAIM.key("default", "data"))).isEmpty();
    assertThat(found(Kinds.PERSISTENT_VOLUME, name).text("status", "phase")).isEqualTo("Released");

    world.cluster().delete(Kinds.PERSISTENT_VOLUME.key("", name), Json.object());
    world.settle();
    assertThat(world.cluster().list(Kinds.PERSISTENT_VOLUME, "")).isEmpty();
  }

  @Test
  void aClaimWhoseVolumeIsTakenAwayIsLost() {
    putBoundClaim();
    var gone =
        found(Kinds.PERSISTENT_VOLUME, found(Kinds.CLAIM, "data").text("spec", "volumeName"));
    var bare = gone.copy();
    Json.ensureObject(bare, "metadata").remove("finalizers");
    world.cluster().put(Kinds.PERSISTENT_VOLUME, bare);
    world.cluster().delete(gone.key(), Json.object());
    world.settle();

    assertThat(found(Kinds.CLAIM, "data").text("status", "phase")).isEqualTo("Lost");
    assertThat(events()).anyMatch(each -> each.startsWith("ClaimLost: Bound claim has lost"));
    world.mustBeSettled();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          standard | , "volumeMode": "Block" | ProvisioningFailed: failed to provision volume with StorageClass "standard": spec.volumeMode: Block volumes cannot be made here: volumes are directories (expected Filesystem)
          standard | , "dataSource": {"kind": "PersistentVolumeClaim", "name": "old"} | ProvisioningFailed: failed to provision volume with StorageClass "standard": spec.dataSource: PersistentVolumeClaim "old" cannot be copied here: volumes begin empty
          missing  |                         | ProvisioningFailed: storageclass.storage.k8s.io "missing" not found
          """)
  void whatCannotBeMadeSaysWhy(String storageClass, String more, String event) {
    world.cluster().put(Kinds.STORAGE_CLASS, LocalStorage.standardClass());
    world.cluster().put(Kinds.CLAIM, claim("data", "1Gi", storageClass, more == null ? "" : more));
    world.settle();

    assertThat(events()).containsExactly(event);
    assertThat(found(Kinds.CLAIM, "data").text("status", "phase")).isEqualTo("Pending");
    world.mustBeSettled();
  }

  @Test
  void twoClaimsForTwoVolumesEndTheSameInWhateverOrderTheyAreTold() {
    long seed = System.nanoTime();
    LoopWorld.mustConverge(
        ALL,
        story -> {
          story.cluster().put(Kinds.PERSISTENT_VOLUME, volume("small", "2Gi", "disks", ""));
          story.cluster().put(Kinds.PERSISTENT_VOLUME, volume("large", "10Gi", "disks", ""));
          story.cluster().put(Kinds.CLAIM, claim("big", "5Gi", "disks", ""));
          story.settle();
          story.cluster().put(Kinds.CLAIM, claim("little", "1Gi", "disks", ""));
        },
        5,
        seed);
  }
}
