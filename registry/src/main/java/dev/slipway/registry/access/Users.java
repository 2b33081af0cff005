package dev.slipway.registry.access;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import tools.jackson.databind.node.ObjectNode;

/// People who may be given permissions: those with a password here, and those of the platform, who
/// are noted when first seen.
public final class Users {
  private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
  private static final int ROUNDS = 100_000;
  private static final int HASH_BITS = 256;
  private static final int SALT_BYTES = 16;
  private static final int MAX_PASSWORD = 1000;
  private static final int MAX_NAME = 255;
  private static final int MAX_VERIFIED = 1000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final Set<String> verified =
      ConcurrentHashMap.newKeySet(); // so that few wait for the rounds

  public Users(Database database) {
    this.database = database;
  }

  /// Who has this name and password.
  Optional<Person> of(String name, String password) {
    record Known(String hash, boolean admin) {}
    return database
        .read(
            session ->
                session.first(
                    "SELECT password_hash, is_admin FROM users WHERE username = ?",
                    row -> new Known(row.text(1), row.number(2) == 1),
                    name))
        .filter(known -> !known.hash.isEmpty() && matches(password, known.hash))
        .map(known -> new Person(name, known.admin));
  }

  /// Notes someone of the platform.
  void note(Person person) {
    boolean known =
        database.read(
            session -> session.exists("SELECT 1 FROM users WHERE username = ?", person.name()));
    if (!known) {
      var _ =
          database.write(
              session -> {
                if (find(session, person.name()).isEmpty()) {
                  insert(session, person.name(), "", false);
                }
                return true;
              });
    }
  }

  public ObjectNode create(Arguments arguments) {
    String name = arguments.required("username");
    String hash = hashed(arguments.required("password"));
    if (name.length() > MAX_NAME) {
      throw RegistryException.invalid("a username has at most " + MAX_NAME + " characters");
    }
    return answer(
        database.write(
            session -> {
              if (find(session, name).isPresent()) {
                throw RegistryException.exists("User (username=" + name + ") already exists.");
              }
              insert(session, name, hash, false);
              return require(session, name);
            }));
  }

  private static void insert(Session session, String name, String hash, boolean admin) {
    long id = session.first("SELECT max(user_id) FROM users", row -> row.number(1) + 1).orElse(1L);
    session.update(
        "INSERT INTO users (user_id, username, password_hash, is_admin) VALUES (?, ?, ?, ?)",
        id,
        name,
        hash,
        admin ? 1 : 0);
  }

  public ObjectNode get(Arguments arguments) {
    String name = arguments.required("username");
    return answer(database.read(session -> require(session, name)));
  }

  public ObjectNode list(Arguments arguments) {
    var found =
        database.read(
            session ->
                session.list(
                    "SELECT user_id, username, is_admin FROM users ORDER BY user_id", Users::user));
    ObjectNode answer = Json.object();
    answer.putArray("users").addAll(found);
    return answer;
  }

  public ObjectNode password(Arguments arguments) {
    String hash = hashed(arguments.required("password"));
    return changed(arguments, "UPDATE users SET password_hash = ? WHERE username = ?", hash);
  }

  public ObjectNode admin(Arguments arguments) {
    int admin = arguments.flag("is_admin", false) ? 1 : 0;
    return changed(arguments, "UPDATE users SET is_admin = ? WHERE username = ?", admin);
  }

  private ObjectNode changed(Arguments arguments, String sql, Object value) {
    String name = arguments.required("username");
    var _ =
        database.write(
            session -> {
              var _ = require(session, name);
              return session.update(sql, value, name);
            });
    return Json.object();
  }

  public ObjectNode delete(Arguments arguments) {
    String name = arguments.required("username");
    var _ =
        database.write(
            session -> {
              long id = id(session, name);
              session.update("DELETE FROM permissions WHERE user_id = ?", id);
              return session.update("DELETE FROM users WHERE user_id = ?", id);
            });
    return Json.object();
  }

  /// @throws RegistryException if there is none
  static long id(Session session, String name) {
    return require(session, name).path("id").longValue();
  }

  private static Optional<ObjectNode> find(Session session, String name) {
    return session.first(
        "SELECT user_id, username, is_admin FROM users WHERE username = ?", Users::user, name);
  }

  private static ObjectNode require(Session session, String name) {
    ObjectNode user =
        find(session, name)
            .orElseThrow(
                () -> RegistryException.missing("User with username=" + name + " not found"));
    for (String kind : List.of(Permissions.EXPERIMENT, Permissions.MODEL)) {
      user.putArray(kind + "_permissions")
          .addAll(Permissions.of(session, kind, user.path("id").longValue()));
    }
    return user;
  }

  private static ObjectNode user(Row row) {
    return Json.object()
        .put("id", row.number(1))
        .put("username", row.text(2))
        .put("is_admin", row.number(3) == 1);
  }

  private static ObjectNode answer(ObjectNode user) {
    ObjectNode answer = Json.object();
    answer.set("user", user);
    return answer;
  }

  private static String hashed(String password) {
    if (password.length() > MAX_PASSWORD) {
      throw RegistryException.invalid("a password has at most " + MAX_PASSWORD + " characters");
    }
    var salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    var encoder = Base64.getEncoder();
    return encoder.encodeToString(salt) + "$" + encoder.encodeToString(derived(password, salt));
  }

  private boolean matches(String password, String kept) {
    String seen = digest(kept + "$" + password);
    if (verified.contains(seen)) {
      return true;
    }
    boolean same = computed(password, kept);
    if (same) {
      if (verified.size() >= MAX_VERIFIED) {
        verified.clear();
      }
      verified.add(seen);
    }
    return same;
  }

  private static String digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean computed(String password, String kept) {
    int dollar = kept.indexOf('$');
    var decoder = Base64.getDecoder();
    byte[] salt = decoder.decode(kept.substring(0, dollar));
    byte[] hash = decoder.decode(kept.substring(dollar + 1));
    return password.length() <= MAX_PASSWORD
        && MessageDigest.isEqual(hash, derived(password, salt));
  }

  private static byte[] derived(String password, byte[] salt) {
    try {
      var key = new PBEKeySpec(password.toCharArray(), salt, ROUNDS, HASH_BITS);
      return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
