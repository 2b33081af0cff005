package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Sources of volumes that pods and persistent volumes share: disks and file systems of particular
/// makers.
public final class VolumeSourceRules {
  private static final int LONGEST_DRIVER = 63;

  /// Fields a source cannot be without.
  private static final Map<String, List<String>> REQUIRED =
      Map.ofEntries(
          Map.entry("gitRepo", List.of("repository")),
          Map.entry("gcePersistentDisk", List.of("pdName")),
          Map.entry("awsElasticBlockStore", List.of("volumeID")),
          Map.entry("nfs", List.of("server", "path")),
          Map.entry("iscsi", List.of("targetPortal", "iqn")),
          Map.entry("glusterfs", List.of("endpoints", "path")),
          Map.entry("rbd", List.of("monitors", "image")),
          Map.entry("cinder", List.of("volumeID")),
          Map.entry("cephfs", List.of("monitors")),
          Map.entry("quobyte", List.of("volume")),
          Map.entry("flexVolume", List.of("driver")),
          Map.entry("azureFile", List.of("secretName", "shareName")),
          Map.entry("vsphereVolume", List.of("volumePath")),
          Map.entry("photonPersistentDisk", List.of("pdID")),
          Map.entry("portworxVolume", List.of("volumeID")),
          Map.entry("azureDisk", List.of("diskURI", "diskName")),
          Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
          Map.entry("local", List.of("path")));
  private static final Pattern IQN =
      Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([A-Za-z0-9-_.]+)(:[^,;*&$|\\s]+)$");
  private static final Pattern EUI = Pattern.compile("eui\\.[A-Za-z0-9]{16}");
  private static final Pattern NAA = Pattern.compile("naa\\.[A-Za-z0-9]{32}");

  private VolumeSourceRules() {}

  /// Judges one source of a kind.
  public static void judge(String kind, Field source, Problems problems) {
    for (String each : REQUIRED.getOrDefault(kind, List.of())) {
      problems.demand(source.at(each));
    }
    switch (kind) {
      case "hostPath" -> VolumeRules.hostPath(source, problems);
      case "gitRepo" -> PathRules.descending(source.at("directory"), problems);
      case "gcePersistentDisk", "awsElasticBlockStore" -> partition(source, problems);
      case "nfs" -> absolute(source.at("path"), problems);
      case "local" -> PathRules.noBacksteps(source.at("path"), problems);
      case "iscsi" -> iscsi(source, problems);
      case "fc" -> fibreChannel(source, problems);
      case "flocker" -> flocker(source, problems);
      case "quobyte" -> quobyte(source, problems);
      case "csi" -> csi(source, problems);
      default -> {}
    }
  }

  /// The name of a CSI driver.
  public static void driver(Field driver, Problems problems) {
    problems.demand(driver);
    if (driver.text().length() > LONGEST_DRIVER) {
      problems.tooLong(driver, LONGEST_DRIVER);
    }
    problems.sentences(driver, Names.dnsSubdomain(driver.text().toLowerCase(Locale.ROOT)));
  }

  private static void absolute(Field path, Problems problems) {
    if (!path.text().startsWith("/")) {
      problems.invalidText(path, "must be an absolute path");
    }
  }

  private static void partition(Field source, Problems problems) {
    long partition = source.at("partition").number(0);
    if (partition < 0 || partition > 255) {
      problems.invalid(source.at("partition"), "must be between 1 and 255, inclusive");
    }
  }

  private static void iscsi(Field source, Problems problems) {
    iscsiName(source.at("iqn"), problems);
    iscsiName(source.at("initiatorName"), problems);
    problems.sentences(source.at("lun"), Names.between(source.at("lun").number(0), 0, 255));
    boolean secret =
        source.at("chapAuthDiscovery").isTrue() || source.at("chapAuthSession").isTrue();
    if (secret && !source.at("secretRef").present()) {
      problems.required(source.at("secretRef"), "");
    }
  }

  private static void iscsiName(Field name, Problems problems) {
    String text = name.text();
    if (text.isEmpty()) {
      return;
    }
    Pattern grammar = text.startsWith("iqn") ? IQN : text.startsWith("eui") ? EUI : NAA;
    if (!text.startsWith("iqn") && !text.startsWith("eui") && !text.startsWith("naa")) {
      problems.invalid(name, "must be valid format starting with iqn, eui, or naa");
    } else if (!grammar.matcher(text).matches()) {
      problems.invalid(name, "must be valid format");
    }
  }

  private static void fibreChannel(Field source, Problems problems) {
    Field targets = source.at("targetWWNs");
    boolean byTarget = targets.size() > 0;
    boolean byId = source.at("wwids").size() > 0;
    if (!byTarget && !byId) {
      problems.required(targets, "must specify either targetWWNs or wwids, but not both");
    }
    if (byTarget && byId) {
      problems.invalid(targets, "targetWWNs and wwids can not be specified simultaneously");
    }
    Field lun = source.at("lun");
    if (byTarget && !lun.present()) {
      problems.required(lun, "lun is required if targetWWNs is specified");
    } else if (byTarget) {
      problems.sentences(lun, Names.between(lun.number(0), 0, 255));
    }
  }

  private static void flocker(Field source, Problems problems) {
    Field name = source.at("datasetName");
    boolean uuid = source.at("datasetUUID").filled();
    if (!name.filled() && !uuid) {
      problems.required(source, "one of datasetName and datasetUUID is required");
    }
    if (name.filled() && uuid) {
      problems.add(
          Problem.invalid(
              source.path(),
              "resource",
              "datasetName and datasetUUID can not be specified simultaneously"));
    }
    if (name.text().contains("/")) {
      problems.invalid(name, "must not contain '/'");
    }
  }

  private static void quobyte(Field source, Problems problems) {
    String words = "must be a host:port pair or multiple pairs separated by commas";
    Field registry = source.at("registry");
    if (!problems.demand(registry, words)) {
      return;
    }
    for (String pair : registry.text().split(",", -1)) {
      if (!pair.contains(":")) {
        problems.invalid(registry, words);
      }
    }
  }

  private static void csi(Field source, Problems problems) {
    driver(source.at("driver"), problems);
    problems.demand(source.at("volumeHandle"));
    for (String each :
        List.of(
            "controllerPublishSecretRef",
            "controllerExpandSecretRef",
            "nodePublishSecretRef",
            "nodeExpandSecretRef")) {
      secretReference(source.at(each), problems);
    }
  }

  private static void secretReference(Field reference, Problems problems) {
    if (!reference.present()) {
      return;
    }
    if (problems.demand(reference.at("name"))) {
      problems.sentences(reference.at("name"), Names.dnsSubdomain(reference.text("name")));
    }
    if (problems.demand(reference.at("namespace"))) {
      problems.sentences(reference.at("namespace"), Names.dnsLabel(reference.text("namespace")));
    }
  }
}
