package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Fills Secrets of type `kubernetes.io/service-account-token` with a token of the service account
/// they name, and deletes them with it.
final class TokenSecretLoop implements Changes.Listener, AutoCloseable {
  private static final String TYPE = "kubernetes.io/service-account-token";
  private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";
  private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

  private final Objects objects;
  private final LocalApi api;
  private final String authorityPem;
  private final TokenMinter minter;
  private final Workers<ObjectKey> workers = new Workers<>("token-secrets", 2, this::fill);

  TokenSecretLoop(Objects objects, LocalApi api, String authorityPem, TokenMinter minter) {
    this.objects = objects;
    this.api = api;
    this.authorityPem = authorityPem;
    this.minter = minter;
  }

  void start() {
    workers.start();
  }

  @Override
  public void close() {
    workers.close();
  }

  @Override
  public void changed(Resource resource, Objects.Version now, Objects.@Nullable Version before) {
    switch (resource.storageKey()) {
      case "secrets" -> {
        if (!now.deleted() && isOfType(now)) {
          workers.add(ObjectKey.of(now));
        }
      }
      case "serviceaccounts" -> {
        if (now.deleted() || before == null) {
          addSecretsIn(now.namespace());
        }
      }
      default -> {}
    }
  }

  /// Most Secrets are of other types: a look at the bytes is enough to know.
  private static boolean isOfType(Objects.Version secret) {
    return new String(secret.json(), StandardCharsets.ISO_8859_1).contains(TYPE);
  }

  private void addSecretsIn(String namespace) {
    for (Objects.Version each : objects.list("secrets", namespace, "", 0, 0).items()) {
      if (isOfType(each)) {
        workers.add(ObjectKey.of(each));
      }
    }
  }

  private void fill(ObjectKey key) {
    Optional<ObjectNode> found = api.get("", "secrets", key.namespace(), key.name());
    if (found.isEmpty() || !Json.text(found.get(), "type").equals(TYPE)) {
      return;
    }
    ObjectNode secret = found.get();
    String name = Json.text(secret, "metadata", "annotations", ACCOUNT_NAME);
    String wantedUid = Json.text(secret, "metadata", "annotations", ACCOUNT_UID);
    Optional<ObjectNode> account =
        api.get("", "serviceaccounts", key.namespace(), name)
            .filter(each -> wantedUid.isEmpty() || wantedUid.equals(uid(each)));
    if (account.isPresent()) {
      if (complete(secret, account.get())) {
        api.update("", "secrets", secret);
      }
    } else if (!wantedUid.isEmpty()) {
      delete(key, secret);
    }
  }

  private static String uid(ObjectNode object) {
    return Json.text(object, "metadata", "uid");
  }

  /// A token whose account is gone is of no use to anybody.
  private void delete(ObjectKey key, ObjectNode secret) {
    ObjectNode options = Json.object();
    options.putObject("preconditions").put("uid", uid(secret));
    api.delete("", "secrets", key.namespace(), key.name(), options);
  }

  private boolean complete(ObjectNode secret, ObjectNode account) {
    boolean changed = false;
    ObjectNode annotations = Json.ensureObject(secret, "metadata", "annotations");
    if (!annotations.has(ACCOUNT_UID)) {
      annotations.put(ACCOUNT_UID, uid(account));
      changed = true;
    }
    ObjectNode data = Json.ensureObject(secret, "data");
    changed |= put(data, "ca.crt", authorityPem);
    changed |= put(data, "namespace", Json.text(secret, "metadata", "namespace"));
    if (Json.text(data, "token").isEmpty()) {
      changed |= put(data, "token", minter.mint(account, secret));
    }
    return changed;
  }

  private static boolean put(ObjectNode data, String field, String text) {
    String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    if (Json.text(data, field).equals(encoded)) {
      return false;
    }
    data.put(field, encoded);
    return true;
  }
}
