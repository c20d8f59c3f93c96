// Who comes by a link from another site brings no cookie with that request, but does with this one.
const TRIED = 'skywire-session-tried';
const cameFromElsewhere = document.referrer !== '' && !document.referrer.startsWith(location.origin);
if ((cameFromElsewhere || document.referrer === '') && !document.getElementById('message')) {
  const answer = await fetch('/dashboard/session').catch(() => null);
  const signedIn = answer?.ok && (await answer.json()).signed_in;
  if (signedIn && !sessionStorage.getItem(TRIED)) {
    sessionStorage.setItem(TRIED, 'yes');
    location.replace('/dashboard');
  } else {
    sessionStorage.removeItem(TRIED);
  }
}
