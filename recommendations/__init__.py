"""From what somebody listens to, to the listeners most like them, in eight steps.

1. link: ``accounts`` knows who the listener is.
2. fetch: ``sources`` reads listening from a file or a service.
3. store: ``services`` writes ``Artist``, ``Track`` and ``TopTrack`` rows.
4. describe: ``features`` reads audio features.
5. compute: ``taste`` turns listening into a profile.
6. index: ``index`` keeps profiles searchable.
7. rank: ``taste.ranking`` orders similar users and explains them.
8. show: views, API, admin and commands present them.
"""
