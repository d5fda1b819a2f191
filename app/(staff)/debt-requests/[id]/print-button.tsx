'use client';

import { Button } from '@/app/ui/button';

export function PrintButton() {
  return (
    <Button kind="quiet" small className="no-print" onClick={() => window.print()}>
      Печать
    </Button>
  );
}
