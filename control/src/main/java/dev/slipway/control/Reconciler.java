package dev.slipway.control;

import java.util.Locale;
import java.util.Set;

/// What one kind means: from an object and its surroundings to what should be there. Stateless; the
/// loop does everything else.
public interface Reconciler {
  /// The kind whose objects are planned for.
  Kind kind();

  /// Kinds of the children it keeps. A change of a child has its owner planned again; a child that
  /// a
  /// plan no longer keeps is deleted, unless the plan says otherwise.
  Set<Kind> children();

  /// Decides. Pure: the same inputs give the same plan; time is [Observed#now()]. Everything it
  /// reads
  /// through `observed` is remembered, and a change of it has the object planned again.
  Plan plan(Resource primary, Observed observed);

  /// What Events name as their source: `deployment-controller`.
  default String name() {
    return kind().kind().toLowerCase(Locale.ROOT) + "-controller";
  }

  /// How many objects may be under work at once.
  default int workers() {
    return 4;
  }
}
