/// From a model registry to traffic: services whose model is named by an alias or a stage are moved
/// to the version it means now, in steps, and back again where that version does worse.
///
/// What a service follows and how far it is stands in its `status.registry`; the reconciler of
/// `controllers.kserve` runs what stands there. Read first: [FollowDecision], [FollowState],
/// [AliasFollower].
@NullMarked
package dev.slipway.controllers.registry;

import org.jspecify.annotations.NullMarked;
