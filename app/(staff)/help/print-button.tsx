'use client';

import { Button } from '@/app/ui/button';

export function PrintButton() {
  return (
    <Button small onClick={() => window.print()}>
      Распечатать
    </Button>
  );
}
