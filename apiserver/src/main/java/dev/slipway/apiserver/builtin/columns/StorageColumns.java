package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;

/// Volumes, claims and the classes they come from.
final class StorageColumns {
  private static final Map<String, String> MODES = new LinkedHashMap<>();

  static {
    MODES.put("ReadWriteOnce", "RWO");
    MODES.put("ReadOnlyMany", "ROX");
    MODES.put("ReadWriteMany", "RWX");
    MODES.put("ReadWriteOncePod", "RWOP");
  }

  private StorageColumns() {}

  static List<Column> volumes() {
    return Table.named()
        .text("Capacity", "Its size.", it -> Cells.quantity(it.at("spec", "capacity", "storage")))
        .text("Access Modes", "How it may be mounted.", it -> modes(it.at("spec", "accessModes")))
        .text(
            "Reclaim Policy",
            "What becomes of it when its claim goes.",
            it -> it.at("spec").text("persistentVolumeReclaimPolicy"))
        .text("Status", "Whether it is bound.", StorageColumns::phase)
        .text("Claim", "Who uses it.", StorageColumns::claim)
        .text("StorageClass", "The class it belongs to.", StorageColumns::storageClass)
        .text("VolumeAttributesClass", "The class of its attributes.", StorageColumns::attributes)
        .text("Reason", "Why it is in its state.", it -> it.at("status").text("reason"))
        .age()
        .wide("VolumeMode", "Files or a bare device.", StorageColumns::volumeMode)
        .columns();
  }

  static List<Column> claims() {
    return Table.named()
        .text("Status", "Whether it is bound.", StorageColumns::phase)
        .text("Volume", "What it is bound to.", it -> it.at("spec").text("volumeName"))
        .text("Capacity", "The size of its volume.", StorageColumns::claimCapacity)
        .text("Access Modes", "How it may be mounted.", StorageColumns::claimModes)
        .text("StorageClass", "The class it asks for.", StorageColumns::storageClass)
        .text("VolumeAttributesClass", "The class of its attributes.", StorageColumns::attributes)
        .age()
        .wide("VolumeMode", "Files or a bare device.", StorageColumns::volumeMode)
        .columns();
  }

  static List<Column> storageClasses() {
    return new Table()
        .name(0, StorageColumns::className)
        .text("Provisioner", "Who makes its volumes.", it -> it.text("provisioner"))
        .text(
            "ReclaimPolicy",
            "What becomes of volumes when claims go.",
            it -> Cells.or(it.at("reclaimPolicy"), "Delete"))
        .text(
            "VolumeBindingMode",
            "When volumes are bound.",
            it -> Cells.or(it.at("volumeBindingMode"), "Immediate"))
        .add(
            "AllowVolumeExpansion",
            "string",
            "Whether claims may grow.",
            0,
            (it, _) -> JsonNodeFactory.instance.booleanNode(it.at("allowVolumeExpansion").isTrue()))
        .age()
        .columns();
  }

  static List<Column> attributesClasses() {
    return Table.named()
        .text("DriverName", "Whose attributes they are.", it -> it.text("driverName"))
        .age()
        .columns();
  }

  static List<Column> attachments() {
    return Table.named()
        .text("Attacher", "Who attaches.", it -> it.at("spec").text("attacher"))
        .text("PV", "What is attached.", it -> it.at("spec", "source").text("persistentVolumeName"))
        .text("Node", "Where it is attached.", it -> it.at("spec").text("nodeName"))
        .flag("Attached", "Whether it is.", it -> it.at("status", "attached").isTrue())
        .age()
        .columns();
  }

  static List<Column> csiNodes() {
    return Table.named()
        .number("Drivers", "How many drivers the node has.", it -> it.at("spec", "drivers").size())
        .age()
        .columns();
  }

  static List<Column> csiDrivers() {
    return Table.named()
        .flag(
            "AttachRequired",
            "Whether volumes are attached first.",
            it -> !it.at("spec", "attachRequired").present() || spec(it, "attachRequired"))
        .flag("PodInfoOnMount", "Whether it is told the pod.", it -> spec(it, "podInfoOnMount"))
        .flag("StorageCapacity", "Whether it reports room.", it -> spec(it, "storageCapacity"))
        .text("TokenRequests", "Audiences of tokens it wants.", StorageColumns::audiences)
        .flag(
            "RequiresRepublish",
            "Whether it is called again and again.",
            it -> spec(it, "requiresRepublish"))
        .text(
            "Modes",
            "Which life cycles it supports.",
            it ->
                Cells.orElse(
                    String.join(",", it.at("spec", "volumeLifecycleModes").texts()), Cells.NONE))
        .age()
        .columns();
  }

  static List<Column> csiCapacities() {
    return Table.named()
        .text("StorageClassName", "The class it is about.", it -> it.text("storageClassName"))
        .text(
            "Capacity",
            "The room there is.",
            it -> it.at("capacity").present() ? Cells.quantity(it.at("capacity")) : Cells.UNSET)
        .columns();
  }

  private static boolean spec(Field object, String name) {
    return object.at("spec", name).isTrue();
  }

  private static String modes(Field modes) {
    List<String> wanted = modes.texts();
    return MODES.entrySet().stream()
        .filter(each -> wanted.contains(each.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(","));
  }

  private static String phase(Field object) {
    return object.at("metadata", "deletionTimestamp").present()
        ? "Terminating"
        : object.at("status").text("phase");
  }

  private static String claim(Field volume) {
    Field claim = volume.at("spec", "claimRef");
    return claim.present() ? claim.text("namespace") + "/" + claim.text("name") : "";
  }

  private static String storageClass(Field object) {
    String annotated =
        object.at("metadata", "annotations").text("volume.beta.kubernetes.io/storage-class");
    return Cells.orElse(annotated, object.at("spec").text("storageClassName"));
  }

  private static String attributes(Field object) {
    return Cells.or(object.at("spec", "volumeAttributesClassName"), Cells.UNSET);
  }

  private static String volumeMode(Field object) {
    return Cells.or(object.at("spec", "volumeMode"), Cells.UNSET);
  }

  private static String claimCapacity(Field claim) {
    return claim.at("spec", "volumeName").filled()
        ? Cells.quantity(claim.at("status", "capacity", "storage"))
        : "";
  }

  private static String claimModes(Field claim) {
    return claim.at("spec", "volumeName").filled() ? modes(claim.at("status", "accessModes")) : "";
  }

  private static String className(Field storageClass) {
    Field annotations = storageClass.at("metadata", "annotations");
    boolean isDefault =
        annotations.text("storageclass.kubernetes.io/is-default-class").equals("true")
            || annotations.text("storageclass.beta.kubernetes.io/is-default-class").equals("true");
    return Table.nameOf(storageClass) + (isDefault ? " (default)" : "");
  }

  private static String audiences(Field driver) {
    Field requests = driver.at("spec", "tokenRequests");
    return requests.present()
        ? requests.items().stream()
            .map(each -> each.text("audience"))
            .collect(Collectors.joining(","))
        : Cells.UNSET;
  }
}
